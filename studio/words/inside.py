"""The words of the Inside tab, in English and Chinese."""

from __future__ import annotations

INSIDE: dict[str, tuple[str, str]] = {
    "inside": ("Inside", "内部"),
    "open_inside": ("Look inside the chosen column", "看看所选列的内部"),
    "open_inside_help": (
        "Runs the chosen column once more and shows every step of it.",
        "把所选列再跑一遍，展示它的每一步。",
    ),
    "inside_sentence": (
        "One run opened up: what the sampler holds at each noise level, what the network expects, how far guidance "
        "moves it and where. The pictures are those of the plain run, pixel by pixel.",
        "打开一次运行：每个噪声水平下采样器手里的图、网络预期的图，以及引导把它推了多远、推在哪里。像素与普通运行完全一致。",
    ),
    "inside_recipe": ("What will be traced", "要追踪的运行"),
    "inside_recipe_help": (
        "The chosen column of the Play tab with all its seeds, or a picture that was opened in another tab.",
        "“试玩”页所选的列及其全部种子，或在别的页打开的图片。",
    ),
    "inside_back": ("Back to the column of Play", "回到“试玩”的列"),
    "inside_from_history": ("Opened from the history.", "从历史中打开。"),
    "inside_from_frontier": ("Opened from a point of the Frontier tab.", "从“前沿”页的一点打开。"),
    "inside_from_compare": ("Opened from the Compare tab.", "从“对比”页打开。"),
    "open_one": ("Open inside", "打开内部"),
    "inside_anything": ("anything", "任意"),
    "inside_steps": ("{steps} steps", "{steps} 步"),
    "inside_seeds": ("seeds: {count}", "种子数：{count}"),
    "inside_seed": ("Seed shown", "展示的种子"),
    "inside_seed_help": (
        "Whose pictures make the film; the plots show the others faintly. Choosing one traces again.",
        "影片取自这个种子的图；其余种子在曲线中淡淡显示。换一个会重新追踪。",
    ),
    "inside_trace": ("Trace the run", "追踪这次运行"),
    "inside_trace_help": (
        "Also evaluates what the rule did not ask for, to compare: it takes a little longer than drawing.",
        "为了比较，还会计算规则没有用到的部分，因此比单纯生成稍慢。",
    ),
    "inside_empty": (
        "Nothing traced yet. Press “Trace the run”: it takes about as long as drawing the column.",
        "还没有追踪。请按“追踪这次运行”，用时与生成这一列相近。",
    ),
    "inside_showing": ("Making the film…", "正在制作影片……"),
    "inside_running": ("Step {index} of {total}", "第 {index}/{total} 步"),
    "inside_done": (
        "Traced in {seconds} s, {calls} network calls, none of them extra.",
        "追踪用时 {seconds} 秒，网络调用 {calls} 次，没有额外调用。",
    ),
    "inside_done_extra": (
        "Traced in {seconds} s: {calls} network calls of the run and {extra} extra ones to observe it.",
        "追踪用时 {seconds} 秒：运行本身调用网络 {calls} 次，另有 {extra} 次用于观察。",
    ),
    "inside_cancelled": (
        "Cancelled after {steps} of {total} steps. What was traced is shown.",
        "在第 {steps}/{total} 步取消。已追踪的部分如下。",
    ),
    "inside_gone": (
        "That film is no longer kept. Trace the run again.",
        "这段影片已不再保留。请重新追踪。",
    ),
    "inside_no_package": (
        "This needs the package {package}: pip install {package}",
        "需要软件包 {package}：pip install {package}",
    ),
    # the viewer
    "inside_x": ("x_t, what the sampler holds", "x_t，采样器手里的图"),
    "inside_x0": ("x̂0, what the network expects", "x̂0，网络预期的图"),
    "inside_heat": ("where guidance acts", "引导作用的位置"),
    "inside_heat_help": (
        "|Δ| of x̂0, with guidance against without, over the picture; full red is {peak} here.",
        "有引导与无引导的 x̂0 之差 |Δ|，叠在图上；这里最红处为 {peak}。",
    ),
    "inside_no_heat": ("No guidance at this step.", "这一步没有引导。"),
    "inside_at": (
        "Step {step} of {total} · noise {level} · σ = {sigma} · log SNR = {snr}",
        "第 {step}/{total} 步 · 噪声 {level} · σ = {sigma} · log SNR = {snr}",
    ),
    "inside_at_end": ("The finished picture · noise 0", "完成的图 · 噪声 0"),
    "inside_scrub": ("Step of the film: left and right arrow keys move it", "影片的步：用左右方向键移动"),
    "inside_scrub_help": (
        "← → move by a step, Home and End to the ends, the space bar plays. Noise: 1 is noise alone, 0.5 as much as "
        "picture, 0 none; the same scale as the interval rule's.",
        "← → 移动一步，Home 与 End 到两端，空格播放。噪声：1 全是噪声，0.5 与画面一样多，0 没有；与区间规则同一刻度。",
    ),
    "inside_play": ("Play", "播放"),
    "inside_pause": ("Pause", "暂停"),
    "inside_noise": ("noise", "噪声"),
    "inside_strip": ("All frames: x_t above, x̂0 below", "全部帧：上为 x_t，下为 x̂0"),
    "inside_thinned": (
        "The film keeps {frames} of {moments} pictures; the plots show every step.",
        "影片保留 {moments} 张中的 {frames} 张；曲线包含每一步。",
    ),
    "inside_save": ("Save the film as", "影片另存为"),
    "inside_saving": ("Making the film…", "正在制作影片……"),
    "inside_offline": ("The server does not answer.", "服务器没有回应。"),
    "inside_of": ("seed {seed} of {seeds}", "种子 {seed}（共 {seeds} 个）"),
    "inside_looks": (
        "This sampler asks up to {looks} times a step; the plots show the first, at the step's own x_t.",
        "该采样器每步最多询问 {looks} 次；曲线取第一次，即该步自己的 x_t 处。",
    ),
    "inside_amed": (
        "AMED asks twice a step, at x_t and at a learned time in between, and steps along the second answer: the "
        "curves are of the first, x̂0 and what is said of it are of the second.",
        "AMED 每步询问两次：先在 x_t 处，再在学到的中间时刻，并沿第二次的回答走。曲线取第一次，x̂0 及其分数取第二次。",
    ),
    "inside_latent": (
        "This model draws latents: x_t and x̂0 are shown as its decoder draws them, x_t with its noise. The heat map has one "
        "value for each place of the latents, and the curves are of latents, except what judge and CLIP say and the variance.",
        "该模型画的是潜变量：x_t 与 x̂0 都经解码器画出，x_t 连同噪声一起。热图对潜变量的每个位置取一个值；曲线都属于潜变量，评判模型、CLIP 和方差除外。",
    ),
    "inside_mean": (
        "By the mean route the pull moves the mean μ of the step and not ε̂: x̂0 is without it, and its length and the "
        "heat map show what it would do to ε̂ and x̂0.",
        "走均值路线时，拉力移动的是这一步的均值 μ，而不是 ε̂：x̂0 中不含它；它的长度和热图表示它若作用于 ε̂ 和 x̂0 会怎样。",
    ),
    # reading any picture
    "read_title": ("Read a picture by your own sentences", "用你自己的句子来读一张图"),
    "read_help": (
        "Zero-shot: CLIP compares the picture with each sentence, and the softmax of the scaled cosines says which fits best. Nothing "
        "was trained for these sentences.",
        "零样本：CLIP 把图片与每个句子比较，由缩放余弦的 softmax 给出哪句最合适。并未为这些句子训练过。",
    ),
    "read_canvas": ("The picture that is read; draw on it", "被读的图片；可以在上面画"),
    "read_ink": ("Colour of the pen", "画笔颜色"),
    "read_take": ("Take x̂0 above", "取上面的 x̂0"),
    "read_upload": ("Upload…", "上传……"),
    "read_clear": ("Clear", "清空"),
    "read_nothing": (
        "Draw something, upload a picture, or take the one above.",
        "请画点什么、上传一张图，或取上面的图。",
    ),
    "read_bad": ("This file is no picture that can be read.", "无法把这个文件读作图片。"),
    "read_no_film": ("Trace a run first: there is no film above yet.", "请先追踪一次运行：上面还没有影片。"),
    "read_sentences": ("Sentences, one a line", "句子，每行一个"),
    "read_sentences_help": (
        "The softmax is over these: another line changes every share.",
        "softmax 在这些句子之间取：加一行，各占比都会变。",
    ),
    "read_first": ("a red apple\na green leaf\na blue car\na smiling face", "红苹果\n绿叶\n蓝色汽车\n笑脸"),
    "read_noise": ("Noise put on it first", "先加上的噪声"),
    "read_noise_help": (
        "By the film's scale, 0 to 1. The CLIP that guides was trained on noised pictures; the judge's was not.",
        "与影片同一刻度，0 到 1。引导用的 CLIP 在加噪图片上训练过，评判用的没有。",
    ),
    "read_world": ("World", "世界"),
    "read_world_help": (
        "Whose CLIPs read: each knows the pictures and words that it was trained on.",
        "由哪个世界的 CLIP 来读：各自只认识训练过的图和词。",
    ),
    "read_guide": ("CLIP that guides", "引导用的 CLIP"),
    "read_judge": ("judge's CLIP", "评判用的 CLIP"),
    # the plots
    "plot_difference": ("‖ε_c − ε_φ‖", "‖ε_c − ε_φ‖"),
    "plot_difference_help": (
        "How far apart the network's answers with and without the prompt are.",
        "网络在有提示词与无提示词时的回答相差多远。",
    ),
    "plot_cosine": ("cosine of ε_c and ε_φ", "ε_c 与 ε_φ 的余弦"),
    "plot_cosine_help": (
        "1: both say the same. It falls where the prompt matters.",
        "1：两者说法相同。提示词起作用处下降。",
    ),
    "plot_guidance": ("how far guidance moves ε̂", "引导把 ε̂ 推了多远"),
    "plot_guidance_help": (
        "The rule's ‖ε̂ − ε_c‖, and the pulls' b‖γ∇‖ in the same units.",
        "规则的 ‖ε̂ − ε_c‖，以及同单位下拉力的 b‖γ∇‖。",
    ),
    "plot_direction": ("direction of the pull", "拉力的方向"),
    "plot_direction_help": (
        "Cosine of the pull and the prediction's score: above 0 it pulls the way the model goes already.",
        "拉力与预测分数的余弦：大于 0 说明与模型本来的方向相同。",
    ),
    "plot_label": ("probability of the class", "属于该类别的概率"),
    "plot_label_help": (
        "Of x̂0 by the judge, which never guides, and by the noise-aware classifier, which also says it of x_t.",
        "由从不参与引导的评判模型、以及抗噪分类器对 x̂0 给出；后者还对 x_t 给出。",
    ),
    "plot_clip": ("CLIP score of x̂0", "x̂0 的 CLIP 分数"),
    "plot_clip_help": (
        "100 × cosine of x̂0 and the text, by a CLIP that never guides where the world has one.",
        "x̂0 与文字的余弦 × 100；世界里有从不参与引导的 CLIP 时由它给出。",
    ),
    "plot_variance": ("variance of x̂0", "x̂0 的方差"),
    "plot_variance_help": (
        "Over all values of the picture, from −1 to 1: a grey blur has little, strong guidance much.",
        "图中所有取值（−1 到 1）的方差：灰蒙蒙时小，引导强时大。",
    ),
    "line_rule": ("rule", "规则"),
    "line_pull": ("pull", "拉力"),
    "line_judge": ("judge, x̂0", "评判，x̂0"),
    "line_guide": ("classifier, x̂0", "分类器，x̂0"),
    "line_guide_noised": ("classifier, x_t", "分类器，x_t"),
    "plot_hint": (
        "The bold line is the seed shown, thin ones the others. Click a plot to go to that step.",
        "粗线是所展示的种子，细线是其余种子。点击曲线可跳到那一步。",
    ),
    "plot_none": ("nothing to show in this run", "这次运行没有这一项"),
}
