"""The words of the Lab's views beside the plane: schedule and losses, one guided step, the flow in 2-D."""

LAB_VIEWS: dict[str, tuple[str, str]] = {
    "lab_schedule": ("Schedule and losses", "调度与损失"),
    "lab_kernel": ("One guided step", "一步引导"),
    "lab_paths": ("Flow in 2-D", "二维流"),
    # schedule and losses
    "schedule_sentence": (
        "x_t = a x0 + b ε. How fast a falls is the schedule's choice; which loss a network is trained with only says how much "
        "each time weighs.",
        "x_t = a x0 + b ε。a 下降得多快由调度决定；用哪种损失训练网络，只决定每个时刻的权重。",
    ),
    "schedule_kind": ("Schedule", "调度"),
    "schedule_kind_help": (
        "How the noise grows over t: the curves of a and b, and with them every weight.",
        "噪声随 t 增长的方式：决定 a 与 b 的曲线，也决定所有权重。",
    ),
    "schedule_kind_cosine": ("cosine", "余弦"),
    "schedule_kind_linear": ("linear β", "线性 β"),
    "schedule_kind_scaled_linear": ("scaled linear", "缩放线性"),
    "schedule_kind_straight": ("straight line", "直线"),
    "schedule_steps": ("steps", "步数"),
    "schedule_steps_help": (
        "To how many of the 1,000 times a run is respaced: the ticks under the first plot.",
        "从 1000 个时刻中抽取多少步：第一张图下方的刻度。",
    ),
    "loss_of": ("Loss", "损失"),
    "loss_of_help": (
        "The squared error whose weight is 1 at all times, or the variational bound, which DDPM starts from.",
        "在所有时刻权重都为 1 的平方误差；或 DDPM 的出发点：变分下界。",
    ),
    "loss_of_bound": ("bound", "变分下界"),
    "loss_of_x0": ("x0", "x0"),
    "loss_of_eps": ("ε", "ε"),
    "loss_of_score": ("score", "分数"),
    "loss_of_v": ("v", "v"),
    "variance_of": ("Variance σ² of a step", "每步的方差 σ²"),
    "variance_of_help": (
        "β̃ is that of the posterior q(x'|x_t, x0), β that of the forward step; both are allowed.",
        "β̃ 是后验 q(x'|x_t, x0) 的方差，β 是前向一步的方差；两者都可以。",
    ),
    "variance_of_beta_tilde": ("β̃", "β̃"),
    "variance_of_beta": ("β", "β"),
    "chart_levels": ("Signal and noise", "信号与噪声"),
    "chart_levels_help": (
        "a² + b² = 1. Where the two cross there is as much noise as picture.",
        "a² + b² = 1。两线相交处，噪声与画面一样多。",
    ),
    "chart_weights": (
        "One loss, told of four targets: the weight on each squared error",
        "同一个损失的四种写法：每种平方误差的权重",
    ),
    "chart_weights_help": (
        "The errors are the same one times a known factor: w_ε = w_x0 b²/a², w_score = w_x0 b⁴/a², w_v = w_x0 b². The bound has "
        "w_x0 = ½ (SNR' − SNR).",
        "几种误差只差一个已知的因子：w_ε = w_x0 b²/a²，w_score = w_x0 b⁴/a²，w_v = w_x0 b²。变分下界的 w_x0 = ½ (SNR' − SNR)。",
    ),
    "chart_added": ("What each step adds to the loss", "每一步对损失的贡献"),
    "chart_added_help": (
        "Of the exact denoiser on a mixture: no network can have less. A loss trains those times best that add most.",
        "取混合分布上的精确去噪器：没有网络能更低。贡献大的时刻，训练得最好。",
    ),
    "schedule_share": ("share of the loss", "占损失的比例"),
    # one guided step
    "kernel_sentence": (
        "Bayes: p(x'|x, y) = p(x'|x) p(y|x')/p(y|x). A sampler draws a Gaussian in its place, N(μ + σ²∇log p(y|·), σ²): right to "
        "first order, and the better the shorter the step.",
        "贝叶斯：p(x'|x, y) = p(x'|x) p(y|x')/p(y|x)。采样器用高斯 N(μ + σ²∇log p(y|·), σ²) 代替它：一阶正确，步子越短越准。",
    ),
    "kernel_label": ("Class y", "类别 y"),
    "kernel_time": ("time t", "时间 t"),
    "kernel_time_help": ("Where the step begins: 0 is clean, 1 is noise.", "这一步从哪里开始：0 为干净，1 为噪声。"),
    "kernel_steps": ("steps of a whole run", "整次运行的步数"),
    "kernel_steps_help": ("How short the step is: 1/steps of the way.", "决定这一步有多短：全程的 1/步数。"),
    "gradient_at": ("Gradient of log p(y|·) at", "log p(y|·) 的梯度取自"),
    "gradient_at_help": (
        "x_t is what most samplers use; μ, where the step leads without y, is nearer to x'.",
        "多数采样器取 x_t；μ 是没有 y 时这一步的终点，离 x' 更近。",
    ),
    "gradient_at_x": ("x_t", "x_t"),
    "gradient_at_mean": ("μ", "μ"),
    "kernel_canvas": (
        "The plane at t: the point x, and the square that is enlarged",
        "t 时刻的平面：点 x，以及被放大的方框",
    ),
    "kernel_canvas_help": (
        "Drag x, or move it by the arrow keys. The square is what the three pictures below enlarge.",
        "拖动 x，或用方向键移动。方框是下方三图所放大的区域。",
    ),
    "kernel_exact": ("Exact p(x'|x, y)", "精确的 p(x'|x, y)"),
    "kernel_approximate": ("First order: N(μ + σ²∇, σ²)", "一阶近似：N(μ + σ²∇, σ²)"),
    "kernel_gap": ("Exact less first order", "精确减一阶"),
    "kernel_clouds_help": (
        "Dots: the mean of each. Grey μ: the mean without y. In the third, grey is where the approximation has too much.",
        "圆点：各自的均值；灰色 μ：没有 y 时的均值。第三图中灰色表示近似给得太多之处。",
    ),
    "kernel_distance": ("distance of the two", "两者的距离"),
    "kernel_without": ("the same without y", "没有 y 时的距离"),
    "kernel_deviations": ("between the means, in σ", "均值之差，以 σ 计"),
    "kernel_likely": ("p(y|x)", "p(y|x)"),
    "kernel_few": ("few steps", "步数少"),
    "kernel_many": ("many steps", "步数多"),
    "kernel_count": ("{steps} steps", "{steps} 步"),
    "chart_distance": ("How far apart they are, by the number of steps", "距离随步数的变化"),
    "chart_distance_help": (
        "Total variation: the share of the probability in the wrong place, 0 to 1. Without y the step is only too round; with y "
        "its mean is off too.",
        "全变差：放错地方的概率所占比例，0 到 1。没有 y 时只是形状太圆；有 y 时均值也偏了。",
    ),
    # the flow in 2-D
    "paths_sentence": (
        "Any prior at t = 1 is carried to the points at t = 0. The family says along which lines; where lines meet, the velocity "
        "is their mean, weighted by the prior where each began.",
        "t = 1 处的任意先验被带到 t = 0 处的点。轨迹族决定走哪种线；线相遇处，速度是各线速度的平均，权重为各线起点处的先验密度。",
    ),
    "paths_prior": ("Prior at t = 1", "t = 1 处的先验"),
    "paths_prior_help": (
        "What the flow starts from: a formula, samples (two moons), or your own drawing.",
        "流的起点：公式、样本（双月），或你自己的画。",
    ),
    "paths_prior_gaussian": ("Gaussian", "高斯"),
    "paths_prior_uniform": ("uniform", "均匀"),
    "paths_prior_sampled": ("sampled", "样本"),
    "paths_prior_drawn": ("drawn", "手绘"),
    "prior_draw_help": ("Draw on the picture with the mouse or a finger.", "用鼠标或手指在图上画。"),
    "prior_clear": ("Clear the drawing", "清除手绘"),
    "path_of": ("Paths", "轨迹族"),
    "path_of_help": (
        "μ_t x0 + σ_t x1 with (1−t, t), (cos, sin) or (1, t); or a spiral, which is curved.",
        "μ_t x0 + σ_t x1，取 (1−t, t)、(cos, sin) 或 (1, t)；或弯曲的螺旋。",
    ),
    "path_of_straight": ("straight", "直线"),
    "path_of_trigonometric": ("trigonometric", "三角"),
    "path_of_exploding": ("exploding", "方差爆炸"),
    "path_of_spiral": ("spiral", "螺旋"),
    "path_turns": ("turns", "圈数"),
    "path_turns_help": ("How far the spiral turns on its way; 0 is straight.", "螺旋一路转过的圈数；0 即直线。"),
    "field_of": ("Velocity field", "速度场"),
    "field_of_help": (
        "The flow's own, or two wrong ones: all lines weighted alike, or half the speed. See who arrives.",
        "流自己的场，或两个错误的场：各线等权，或速度减半。看看谁能到达。",
    ),
    "field_of_own": ("exact", "精确"),
    "field_of_equal": ("equal weights", "等权"),
    "field_of_half": ("half the speed", "半速"),
    "paths_data": ("Points at t = 0", "t = 0 处的点"),
    "paths_data_help": ("The data: each point as likely as the others.", "数据：各点概率相同。"),
    "paths_data_three": ("three", "三个"),
    "paths_data_ring": ("ring", "圆环"),
    "paths_data_grid": ("grid", "网格"),
    "paths_points": ("samples", "样本数"),
    "paths_points_help": ("How many draws of the prior are carried.", "带走先验的多少个样本。"),
    "paths_canvas": ("The plane: samples of the prior on their way to the points", "平面：先验的样本走向各点"),
    "paths_reached": (
        "{share} % of the samples arrive at a point; in order: {shares} %.",
        "{share}% 的样本到达某个点；依次为 {shares}%。",
    ),
    "chart_residual": ("Residual of the continuity equation", "连续性方程的残差"),
    "chart_residual_help": (
        "Median of |∂p/∂t + ∇·(f p)|/p where the samples are: rounding alone for the exact field. With a uniform prior equal "
        "weights look right, since they are wrong only at its edges.",
        "样本处 |∂p/∂t + ∇·(f p)|/p 的中位数：精确的场只剩舍入误差。先验均匀时等权看似正确，因为它只在边缘出错。",
    ),
}
