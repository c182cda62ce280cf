"""Each row of the table of equations: what it is called, in English and Chinese, and where it is switched on, by the keys
of the words that stand there. `studio.rows` prints it.
"""

from typing import NamedTuple

ROW_WORDS: dict[str, tuple[str, str]] = {
    "row 1": ("Forward process and its schedule", "前向过程与调度"),
    "row 2": ("Posterior q(x'|x_t, x0) and its variance", "后验 q(x'|x_t, x0) 及其方差"),
    "row 3": ("Losses of training and their weights over t", "训练损失及其随 t 的权重"),
    "row 4": ("Four views of one network", "同一网络的四种写法"),
    "row 5": ("Tweedie: the preview x̂0", "Tweedie：预览图 x̂0"),
    "row 6": ("DDPM sampling", "DDPM 采样"),
    "row 7": ("DDIM with η", "带 η 的 DDIM"),
    "row 8": ("Reverse SDE with any noise λ", "噪声 λ 任意的逆向 SDE"),
    "row 9": ("Probability-flow ODE", "概率流 ODE"),
    "row 10": ("AMED: few steps, learned times", "AMED：步数少，时刻是学到的"),
    "row 11": ("Bayes kernel p(x'|x, y) and its first order", "贝叶斯核 p(x'|x, y) 及其一阶近似"),
    "row 12": ("Classifier guidance of the mean", "分类器引导：均值形式"),
    "row 13": ("Classifier guidance of the score", "分类器引导：分数形式"),
    "row 14": ("Tempered classifier, normalised", "归一化的调温分类器"),
    "row 15": ("Similarity guidance", "相似度引导"),
    "row 16": ("Cosine with texts and pictures, weighted", "与文字和图片的加权余弦"),
    "row 17": ("Noise-aware or clean encoder", "懂噪声的编码器，或干净的"),
    "row 18": ("Style similarity by Gram matrices", "用 Gram 矩阵的画风相似度"),
    "row 19": ("Any guidance function", "任意引导函数"),
    "row 20": ("The knob γ", "旋钮 γ"),
    "row 21": ("Classifier-free guidance with w", "强度为 w 的无分类器引导"),
    "row 22": ("The s-form, s = 1 + w", "s 形式，s = 1 + w"),
    "row 23": ("Null condition: w = −1 is unconditional", "空条件：w = −1 即无条件"),
    "row 24": ("Negative condition", "反向条件"),
    "row 25": ("Equivalence of γ and w = γ − 1", "γ 与 w = γ − 1 的等价"),
    "row 26": ("Guidance is not the tilted law", "引导并非倾斜分布"),
    "row 27": ("A control without effect is told", "没有作用的控件会被说明"),
    "row 28": ("ControlNet", "ControlNet"),
    "row 29": ("T2I-Adapter", "T2I-Adapter"),
    "row 30": ("Uni-ControlNet", "Uni-ControlNet"),
    "row 31": ("Label map to picture", "色块图到图片"),
    "row 32": ("Picture from a picture: cosine and SSIM", "由图生图：余弦与 SSIM"),
    "row 33": ("CLIP: zero-shot reading of any picture", "CLIP：零样本读任意图片"),
    "row 34": ("GLIDE whole", "完整的 GLIDE"),
    "row 35": ("DALL-E 2: diffusion prior", "DALL-E 2：扩散先验"),
    "row 36": ("DALL-E 2: autoregressive prior", "DALL-E 2：自回归先验"),
    "row 37": ("Continuity equation", "连续性方程"),
    "row 38": ("Trajectory families, one of them curved", "轨迹族，其中一种弯曲"),
    "row 39": ("Superposition of several points", "多个点的叠加"),
    "row 40": ("Straight lines from any prior", "从任意先验出发的直线"),
    "row 41": ("General linear paths", "一般线性轨迹"),
    "row 42": ("Flow-matching loss", "流匹配损失"),
    "row 43": ("Guidance on a flow", "流上的引导"),
    "rows_title": ("Equations, and where each is switched on", "各个方程，以及在哪里打开"),
    "rows_row": ("row", "行"),
    "rows_what": ("what", "内容"),
    "rows_tab": ("tab", "页"),
    "rows_control": ("control", "控件"),
    "rows_missing": ("missing: {what}", "尚缺：{what}"),
    "row 34 missing": ("the cascade as one pipeline, both guidances side by side", "整条级联流水线，两种引导并排"),
    "row 35 missing": ("the prior and the decoder told an embedding", "先验，以及以嵌入为条件的解码器"),
    "row 36 missing": ("the prior, with beam, T, top-K and top-p", "先验，及其束搜索、T、top-K、top-p"),
    "row 42 missing": (
        "a world trained this way; the trainer is pipelines.training.flow",
        "一个这样训练的世界；训练程序是 pipelines.training.flow",
    ),
}

Step = str | tuple[str, str]  # what is pressed or moved; or a menu, and what is chosen in it


class Row(NamedTuple):
    """place: the tab, what is opened in it, and last the control, all by the keys of their words; () where it is missing."""

    number: int
    place: tuple[Step, ...]


def _plane(*place: Step) -> tuple[Step, ...]:
    return ("lab", "lab_plane", *place)


def _pull(name: str) -> tuple[Step, ...]:
    return ("play", "rule", ("place_0", f"rule {name}"))


_BY_CLASSIFIER = ("lab_pull", "rule Classifier")
_DDPM = ("lab_sampler", "rule DDPM")
_PATHS = ("lab", "lab_paths")

ROWS = (
    Row(1, ("lab", "lab_schedule", ("schedule_kind", "schedule_kind_linear"))),
    Row(2, ("lab", "lab_schedule", ("variance_of", "variance_of_beta"))),
    Row(3, ("lab", "lab_schedule", ("loss_of", "loss_of_eps"))),
    Row(4, ("lab", "lab_views", "lab_time")),
    Row(5, ("inside", "inside_trace")),
    Row(6, _plane(_DDPM)),
    Row(7, _plane(("lab_sampler", "rule DDIM"), "eta")),
    Row(8, _plane(("lab_sampler", "rule ReverseSDE"), "option ReverseSDE_noise")),
    Row(9, _plane(("lab_sampler", "rule Heun"))),
    Row(10, ("play", "sampling", ("sampler", "rule AMED"))),
    Row(11, ("lab", "lab_kernel", ("gradient_at", "gradient_at_mean"))),
    Row(12, _plane(_BY_CLASSIFIER, _DDPM, ("route", "choice mean"))),
    Row(13, _plane(_BY_CLASSIFIER, _DDPM, ("route", "choice score"))),
    Row(14, _plane(_BY_CLASSIFIER, ("option Classifier_tempering", "choice normalised"))),
    Row(15, ("play", "gamma_clip")),
    Row(16, (*_pull("Semantic"), "option Semantic_weights")),
    Row(17, _plane(_BY_CLASSIFIER, ("option Classifier_encoder", "choice clean"))),
    Row(18, _pull("Style")),
    Row(19, _pull("Colour")),
    Row(20, ("play", "gamma_classifier")),
    Row(21, ("play", "w")),
    Row(22, ("play", "w")),
    Row(23, ("play", "w")),
    Row(24, ("play", "subject", "negative_prompt")),
    Row(25, _plane("scene_classifier")),
    Row(26, _plane("scene_not_tilted")),
    Row(27, _plane("scene_plain")),
    Row(28, ("draw", ("draw_way", "way_ControlNet"))),
    Row(29, ("draw", ("draw_way", "way_T2IAdapter"))),
    Row(30, ("draw", ("draw_way", "way_UniControlNet"))),
    Row(31, ("draw", "draw_labels")),
    Row(32, ("draw", "draw_reference", "draw_take")),
    Row(33, ("inside", "read_sentences")),
    Row(34, ()),
    Row(35, ()),
    Row(36, ()),
    Row(37, (*_PATHS, ("field_of", "field_of_half"))),
    Row(38, (*_PATHS, ("path_of", "path_of_spiral"))),
    Row(39, ("lab", "lab_flow", "flow_points")),
    Row(40, (*_PATHS, ("paths_prior", "paths_prior_drawn"))),
    Row(41, (*_PATHS, ("path_of", "path_of_trigonometric"))),
    Row(42, ()),
    Row(43, _plane(_BY_CLASSIFIER, ("lab_sampler", "rule Flow"))),
)
