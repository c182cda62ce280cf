"""The words of the Frontier tab, in English and Chinese."""

from __future__ import annotations

FRONTIER: dict[str, tuple[str, str]] = {
    "frontier": ("Frontier", "前沿"),
    "frontier_sentence": (
        "What guidance buys and what it costs, measured: each point is a setting, drawn with the same prompts and "
        "seeds. "
        "Up is closer to the prompt, right is more varied; the higher a rule's curve runs, the less it pays.",
        "引导换来了什么、付出了什么，用数字说话：每个点是一种设置，提示词和种子都相同。越往上越贴合提示词，越往右越多样；一种规则的曲线越高，代价越小。",
    ),
    "frontier_mode": ("Compare", "比较"),
    "frontier_mode_help": (
        "Rules: each along its own strength, from no guidance. Options: any one or two of the chosen column.",
        "规则：各沿自己的强度，从无引导开始。选项：所选列的任意一两个选项。",
    ),
    "frontier_rules": ("Rules against each other", "各种规则"),
    "frontier_options": ("One or two options", "一两个选项"),
    "frontier_axis1": ("Along the curve", "沿曲线变化"),
    "frontier_axis1_help": ("The option that moves from point to point.", "逐点变化的选项。"),
    "frontier_axis2": ("One curve for each", "每值一条曲线"),
    "frontier_axis2_help": ("A second option; leave it empty for one curve.", "第二个选项；留空则只有一条曲线。"),
    "frontier_values": ("Values", "取值"),
    "frontier_values_help": (
        "As 0, 1, 2 or 0.5; 1.7 or 0 to 4 by 0.5; texts between semicolons.",
        "如 0, 1, 2、0.5; 1.7 或 0 到 4 每 0.5；文字用分号隔开。",
    ),
    "frontier_none": ("none", "无"),
    "frontier_prompts": ("Prompts", "提示词"),
    "frontier_prompts_help": (
        "One a line, or between semicolons; all drawn at every point; empty: the prompt of the Play tab. Variety is measured within each.",
        "每行一个，或用分号隔开；每个点都会画全部；留空：用“试玩”页的提示词。多样性在每个提示词内部计算。",
    ),
    "frontier_seeds_help": (
        "Pictures of each prompt at each point; more make the intervals shorter.",
        "每个点每个提示词的图片；越多，区间越窄。",
    ),
    "frontier_steps_help": (
        "Fewer steps: the whole frontier sooner, a little rougher.",
        "步数少：整条曲线更快，画面略粗。",
    ),
    "frontier_run": ("Measure", "测量"),
    "frontier_base_help": (
        "World, sampler and all else are those of the chosen column of the Play tab.",
        "世界、采样器等其余设置取自“试玩”页所选的列。",
    ),
    "frontier_empty": ("Nothing measured yet. Press “Measure”.", "还没有测量。请按“测量”。"),
    "frontier_first": (
        "Measured earlier with the shipped model. Press “Measure” to do it here.",
        "以上是用随附的模型预先测好的。按“测量”即可现测。",
    ),
    "frontier_drawing": ("Drawing: {done} of {total} pictures are finished", "正在绘制：已完成 {done}/{total} 张图片"),
    "frontier_measuring": (
        "Measuring: {measured} of {points} points are finished",
        "正在测量：已完成 {measured}/{points} 个点",
    ),
    "frontier_done": (
        "{cells} points, {pictures} pictures, {kept} of them from before, in {seconds} s.",
        "{cells} 个点，{pictures} 张图片（其中 {kept} 张已有），用时 {seconds} 秒。",
    ),
    "frontier_cancelled": (
        "Cancelled after {done} of {total} pictures. They are kept: “Measure” goes on from there.",
        "已取消，完成 {done}/{total} 张。它们已保存，再按“测量”会接着进行。",
    ),
    "frontier_problem": ("The pictures could not all be kept on disk: {reason}", "有图片未能存到磁盘：{reason}"),
    "frontier_up": ("Upwards", "纵轴"),
    "frontier_right": ("To the right", "横轴"),
    "frontier_chart": ("Fidelity against diversity, a point a setting", "忠实度与多样性，每点一种设置"),
    "frontier_hint": (
        "Hover or focus a point to read it, click it to open its pictures, pin two to compare. Lines are 95 % "
        "intervals.",
        "悬停或聚焦可读数，点击打开图片，固定两个点可比较。细线是 95% 区间。",
    ),
    "frontier_missing": (
        "These measures need more pictures than there are: {points} points are not shown.",
        "图片太少，无法计算这些指标：{points} 个点未显示。",
    ),
    "frontier_clip": (
        "CLIP score, and distance and Vendi score on its embeddings, by {clip}.",
        "CLIP 分数由 {clip} 给出；距离和 Vendi 分数用它的图像嵌入计算。",
    ),
    "frontier_inside": ("Click a picture to open its run", "点击图片可打开它的运行"),
    "frontier_pin": ("Pin", "固定"),
    "frontier_unpin": ("Unpin", "取消固定"),
    "frontier_picked": ("Opened", "已打开"),
    "frontier_pinned": ("Pinned", "已固定"),
    "frontier_grid": ("Grid as PNG", "网格 PNG"),
    "frontier_csv": ("CSV", "CSV"),
    "frontier_json": ("JSON", "JSON"),
    "frontier_table": ("All numbers", "全部数字"),
    "frontier_setting": ("setting", "设置"),
    "frontier_rule": ("rule", "规则"),
    "frontier_n": ("n", "n"),
    "frontier_grid_of": (
        "The grid shows the curve of the opened point: a row a setting, a column a seed.",
        "网格展示所打开点的那条曲线：每行一种设置，每列一个种子。",
    ),
    "group_fidelity": ("Fidelity", "忠实度"),
    "group_diversity": ("Diversity", "多样性"),
    "group_distances": ("Distance to the data", "与数据的距离"),
    "group_novelty": ("Novelty", "新颖度"),
    "measure_agreement": ("agreement", "一致率"),
    "measure_agreement_help": (
        "Share of pictures that the judge puts in the class of the prompt.",
        "被评判模型归入提示词类别的图片比例。",
    ),
    "measure_confidence": ("confidence", "置信度"),
    "measure_confidence_help": ("The judge's mean probability of that class.", "评判模型给出该类别的平均概率。"),
    "measure_clip_score": ("CLIP score", "CLIP 分数"),
    "measure_clip_score_help": (
        "100 × the cosine of picture and text, by a CLIP that never guides.",
        "图片与文字余弦 × 100，由从不参与引导的 CLIP 给出。",
    ),
    "measure_precision": ("precision", "精确率"),
    "measure_precision_help": (
        "Share of pictures that lie among real ones of the same class.",
        "落在同类真实图片之中的图片比例。",
    ),
    "measure_density": ("density", "密度"),
    "measure_density_help": (
        "How deep among the real ones they lie; about 1 for real pictures.",
        "落在真实图片中的深浅；真实图片约为 1。",
    ),
    "measure_distance": ("distance", "距离"),
    "measure_distance_help": (
        "Mean distance of two pictures of one prompt in the judge's features.",
        "同一提示词的两张图在评判特征中的平均距离。",
    ),
    "measure_vendi": ("Vendi score", "Vendi 分数"),
    "measure_vendi_help": (
        "How many wholly different pictures those of one prompt are worth.",
        "同一提示词的图片相当于多少张完全不同的图。",
    ),
    "measure_recall": ("recall", "召回率"),
    "measure_recall_help": (
        "Share of real pictures of the same class that lie among these.",
        "同类真实图片中落在这些图片之间的比例。",
    ),
    "measure_coverage": ("coverage", "覆盖率"),
    "measure_coverage_help": (
        "Share of real pictures of the same class with one of these near.",
        "附近有这些图片的同类真实图片比例。",
    ),
    "measure_class_entropy": ("class entropy", "类别熵"),
    "measure_class_entropy_help": ("Of the classes that the judge sees, in bits.", "评判模型所见类别的熵（比特）。"),
    "measure_style_entropy": ("style entropy", "风格熵"),
    "measure_style_entropy_help": ("Of the styles that the judge sees, in bits.", "评判模型所见风格的熵（比特）。"),
    "measure_frechet": ("Fréchet distance", "Fréchet 距离"),
    "measure_frechet_help": (
        "To real pictures, in the judge's features: no FID, and larger for few pictures.",
        "与真实图片的距离（评判特征）：不是 FID，图片少时偏大。",
    ),
    "measure_kernel": ("kernel distance", "核距离"),
    "measure_kernel_help": (
        "Unbiased squared MMD to real pictures: around 0 for real ones.",
        "与真实图片的无偏 MMD²：真实图片约为 0。",
    ),
    "measure_nearest": ("nearest copy", "最近邻比"),
    "measure_nearest_help": (
        "Distance to the nearest training picture over that to the 50 nearest; small: nearly a copy.",
        "到最近训练图的距离与最近 50 张平均距离之比；小则近似复制。",
    ),
    "measure_copies": ("near copies", "近似复制"),
    "measure_copies_help": (
        "Share nearer to a training picture than 95 % of those are to each other.",
        "比 95% 的训练图彼此之间更接近训练图的比例。",
    ),
}
