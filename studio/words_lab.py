"""The words of the Lab and of the list of rules, in English and Chinese; see `words.py`."""

LAB: dict[str, tuple[str, str]] = {
    "lab": ("Lab", "实验台"),
    "rules_page": ("What there is", "规则一览"),
    "lab_sentence": (
        "A world where the truth is known in closed form: change guidance and see at once where it leads, and what it misses.",
        "一个真相有闭式解的世界：改变引导，立刻看到它把样本带到哪里、又错过了什么。",
    ),
    "lab_plane": ("Plane", "平面"),
    "lab_flow": ("Flow in 1-D", "一维流"),
    "lab_views": ("Four views", "四种写法"),
    # scenes and worlds
    "lab_scenes": ("Scenes", "场景"),
    "scene_plain": ("No guidance", "无引导"),
    "scene_classifier_free": ("Classifier-free", "无分类器引导"),
    "scene_classifier": ("By a classifier", "分类器引导"),
    "scene_not_tilted": ("Not the tilted law", "并非倾斜分布"),
    "scene_modes": ("Modes are lost", "丢失的模态"),
    "scene_auto": ("A weak model", "弱模型引导"),
    "scene_plain_help": ("w = 0: samples agree with the truth, to the error of 50 steps.", "w = 0：样本与真相一致，误差只来自 50 步离散。"),
    "scene_classifier_free_help": ("w = 3: all of the right class, but less varied and moved outwards.", "w = 3：类别全对，但变化更少，且被推向外侧。"),
    "scene_classifier_help": (
        "γ = 4 on the unconditional model: the same samples as classifier-free at w = 3.",
        "在无条件模型上取 γ = 4：与 w = 3 的无分类器引导得到同样的样本。",
    ),
    "scene_not_tilted_help": (
        "Guided samples are not p_y^(1+w)/p^w, which stands beside them: compare the means.",
        "引导得到的样本并不服从旁边的 p_y^(1+w)/p^w：请比较均值。",
    ),
    "scene_modes_help": ("A class of three modes keeps them at w = 0; with guidance they shrink: recall falls.", "一个类有三个模态：w = 0 时都在，加引导后收缩，召回率下降。"),
    "scene_auto_help": ("Away from a blurred model of the same class: sharper, without leaving the class.", "远离同类别的模糊模型：更清晰，又不离开该类。"),
    "lab_world": ("Mixture", "混合分布"),
    "preset_two": ("two", "两个"), "preset_three": ("three", "三个"), "preset_ring": ("ring", "圆环"),
    "preset_grid": ("grid", "网格"), "preset_moons": ("moons", "双月"),
    "lab_edit_help": ("Drag a ring to move it. Select one to change it.", "拖动圆环即可移动；选中后可修改。"),
    "lab_add": ("Add", "添加"), "lab_remove": ("Remove", "删除"),
    "lab_x": ("x", "x"), "lab_y": ("y", "y"), "lab_deviation": ("deviation", "标准差"), "lab_weight": ("weight", "权重"),
    "lab_class": ("class", "类别"), "lab_label": ("Class to draw", "要生成的类别"),
    # controls
    "lab_rule": ("Rule", "规则"), "lab_pull": ("Pull", "拉力"), "lab_sampler": ("Sampler", "采样器"),
    "lab_none": ("none", "无"), "lab_inner": ("around", "作用于"), "lab_steps": ("steps", "步数"), "lab_seed": ("seed", "种子"),
    "lab_points": ("points", "点数"), "lab_again": ("New noise", "换一份噪声"), "lab_unavailable": ("{count} not available here", "{count} 种在这里不可用"),
    # the canvas
    "lab_time": ("time t", "时间 t"), "lab_clean": ("clean", "干净"), "lab_noise": ("noise", "噪声"), "lab_play": ("Play", "播放"),
    "lab_pause": ("Pause", "暂停"), "lab_layers": ("Show", "显示"),
    "layer_density": ("density p_t", "密度 p_t"), "layer_data": ("data", "数据"), "layer_noised": ("noised data", "加噪数据"),
    "layer_now": ("samples at t", "t 时的样本"), "layer_plain": ("score", "分数场"), "layer_guided": ("guided score", "引导后的分数场"),
    "layer_paths": ("trajectories", "轨迹"), "layer_final": ("final samples", "最终样本"),
    "lab_canvas": ("The plane: density, arrows, trajectories and samples", "平面：密度、箭头、轨迹与样本"),
    # clouds and numbers
    "cloud_conditional": ("True conditional p(x|y)", "真实条件分布 p(x|y)"),
    "cloud_guided": ("Guided samples", "引导得到的样本"),
    "cloud_tilted": ("Tilted law p_y^(1+w)/p^w", "倾斜分布 p_y^(1+w)/p^w"),
    "cloud_none": ("Not defined for this w.", "对此 w 无定义。"),
    "number_mean_error": ("mean error", "均值误差"), "number_covariance_error": ("covariance error", "协方差误差"),
    "number_share": ("class share", "类别占比"), "number_precision": ("precision", "精确率"), "number_recall": ("recall", "召回率"),
    "number_entropy": ("entropy, nats", "熵（奈特）"),
    "lab_numbers_help": (
        "Each cloud against the true p(x|y). The first column is a second draw of the truth: what chance alone gives.",
        "每团点都与真实的 p(x|y) 比较。第一列是真相的另一次抽样：仅由偶然造成的误差。",
    ),
    "lab_same": (
        "Classifier guidance at γ = {gamma} on the unconditional model and classifier-free at w = {w} are the same: "
        "at this t, ε̂ differs by at most {difference}.",
        "无条件模型上 γ = {gamma} 的分类器引导与 w = {w} 的无分类器引导是同一回事：在此 t，ε̂ 最多相差 {difference}。",
    ),
    "lab_silent": ("{names} had no effect here.", "{names} 在这里没有起作用。"),
    "lab_away": ("{share} % of the samples left the canvas.", "{share}% 的样本跑出了画布。"),
    "lab_resampled": ("The tilted law is so rare here that {share} % of its points were resampled by weight.", "倾斜分布在此处极罕见，{share}% 的点由加权重采样得到。"),
    "lab_took": ("{points} points, {steps} steps, {calls} calls of the exact model, {ms} ms", "{points} 个点，{steps} 步，精确模型调用 {calls} 次，{ms} 毫秒"),
    "lab_loading": ("Setting up the Lab…", "正在准备实验台……"),
    "lab_offline": ("The server does not answer; move a control to try again.", "服务器没有响应；动一下任意控件可重试。"),
    # flow
    "flow_sentence": (
        "Straight lines x_t = (1−t) x0 + t x1 from a prior to four points. Where several lines cross, the velocity is their mean, "
        "weighted by the prior at the end of each line.",
        "从先验到四个点的直线 x_t = (1−t) x0 + t x1。几条线相交处，速度是它们的平均，权重为各线终点处的先验密度。",
    ),
    "flow_points": ("points x0", "点 x0"), "flow_prior": ("prior at t = 1", "t = 1 处的先验"), "flow_lines": ("lines", "轨迹数"),
    "flow_uniform": ("uniform", "均匀"), "flow_normal": ("normal", "正态"), "flow_triangle": ("triangle", "三角"),
    "flow_ends": ("Where the lines end", "轨迹终点"), "flow_share": ("share", "占比"), "flow_wanted": ("of the points", "应得"),
    "flow_canvas": ("Trajectories and density of the flow", "流的轨迹与密度"),
    # views
    "views_sentence": (
        "One sample at one time, in four ways. A network may give any of them: each is computed from any other, and nothing is lost.",
        "同一样本、同一时刻的四种写法。网络给出哪一种都行：任何一种都可由另一种算出，分毫不差。",
    ),
    "views_picture": ("picture", "图片"), "views_x": ("x_t, what the network sees", "x_t，网络看到的"), "views_x0": ("x0, the clean picture", "x0，干净的图"),
    "views_eps": ("ε, the noise", "ε，噪声"), "views_score": ("score = −ε/b", "分数 = −ε/b"), "views_v": ("v = a ε − b x0", "v = a ε − b x0"),
    "views_error": ("round trip: error at most", "往返误差不超过"),
    "views_point": ("A point of the plane, by the exact denoiser", "平面上的一点，由精确去噪器给出"),
    "views_no_picture": ("No picture: {reason}", "没有图片：{reason}"),
    # what there is
    "catalogue_sentence": (
        "Every rule, pull and sampler, read from its own declaration: what it does, its equation, where it comes from and what a step costs.",
        "每条规则、每种拉力、每个采样器，均读自其自身的声明：做什么、公式、出处、每步代价。",
    ),
    "catalogue_rule": ("Rules change the prediction", "规则：改变预测"),
    "catalogue_pull": ("Pulls add a gradient", "拉力：加上梯度"),
    "catalogue_sampler": ("Samplers take the steps", "采样器：走每一步"),
    "catalogue_source": ("Source", "出处"), "catalogue_cost": ("Cost of a step", "每步代价"), "catalogue_options": ("Options", "选项"),
    "catalogue_wait": ("Reading the declarations…", "正在读取声明……"),
}
