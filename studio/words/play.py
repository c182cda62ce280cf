"""The words of the Play tab."""

PLAY: dict[str, tuple[str, str]] = {
    # what is always in sight
    "world": ("World", "世界"),
    "world_help": ("The model that draws: other pictures, other prompts.", "由哪个模型来画：画面与提示词各不相同。"),
    "world emoji": ("Emoji: 64 × 64 pictures from text", "表情：由文字生成 64 × 64 的图"),
    "world fashion": ("Fashion: 32 × 32 clothes in ten classes", "时装：十类 32 × 32 的衣物"),
    "world latent": ("Latent: 128 × 128 pictures from text, nine hands", "潜变量：由文字生成 128 × 128 的图，九种画风"),
    "world memory": ("Memory: the emoji by heart", "记忆：把表情图背下来"),
    "prompt": ("Prompt", "提示词"),
    "prompt_help": (
        "What to draw, in English or Chinese. Empty: anything.",
        "想画什么，中文或英文都可以。留空：什么都行。",
    ),
    "try": ("Try", "试试"),
    "w": ("Guidance w", "引导强度 w"),
    "w_help": (
        "Move it and the chosen column redraws: higher follows the prompt more, and varies less.",
        "拖动它，所选列会重画：越大越贴近提示词，变化越少。",
    ),
    "w_below": ("towards unconditional", "偏向无条件"),
    "w_unconditional": ("unconditional", "无条件"),
    "w_conditional": ("conditional", "有条件"),
    "w_guided": ("guided", "有引导"),
    "upsample": ("128 pixels", "128 像素"),
    "upsample_none": ("Twice the side", "两倍边长"),
    "upsample_help": (
        "A second model draws the finished pictures again at twice the side. Previews stay at 64.",
        "再由第二个模型把完成的图片按两倍边长重画一遍。预览仍为 64 像素。",
    ),
    "no_upsampler": (
        "Not available: this world has no upsampler.",
        "不可用：这个世界没有放大模型。",
    ),
    "generate": ("Generate", "生成"),
    "cancel": ("Cancel", "取消"),
    # columns
    "gamma_classifier": ("γ classifier", "分类器 γ"),
    "gamma_classifier_help": (
        "Pulls the chosen column towards the class with a noise-aware classifier's gradient. 0: off.",
        "用抗噪分类器的梯度把所选列拉向该类别。0：关闭。",
    ),
    "gamma_clip": ("γ CLIP", "CLIP γ"),
    "gamma_clip_help": (
        "Pulls the chosen column towards the text with the gradient of CLIP similarity. 0: off.",
        "用 CLIP 相似度的梯度把所选列拉向文字。0：关闭。",
    ),
    # of all columns
    "all_columns": ("Of all columns. Generate redraws the others.", "所有列共用。其余各列按“生成”重画。"),
    "steps": ("Steps", "步数"),
    "steps_help": (
        "Of all columns. More steps: slower, a little cleaner. The chosen column redraws in all of them.",
        "所有列共用。步数越多越慢，画面略干净。所选列会按全部步数重画。",
    ),
    "seeds": ("Seeds", "种子"),
    "seeds_help": (
        "Of all columns, one row each: a list such as 3, 5, 9 or “4 from 100”.",
        "所有列共用，每个种子一行：如 3, 5, 9 或 “4 from 100”（4 从 100）。",
    ),
    "dice": ("New seeds at random", "随机换一组种子"),
    "dice_locked": ("The seeds are locked. Unlock them to throw the dice.", "种子已锁定。解锁后才能掷骰子。"),
    "lock": ("Lock the seeds", "锁定种子"),
    "lock_help": (
        "Lock the seeds: the dice, an example or another world leave them as they are.",
        "锁定种子：骰子、示例和切换世界都不会改变它们。",
    ),
    "locked_help": (
        "Locked: the dice, an example or another world leave the seeds as they are. What you type or open still sets them.",
        "已锁定：骰子、示例和切换世界都不会改变种子；自己输入或打开配方仍会改变。",
    ),
    "add": ("Add a column", "添加一列"),
    "remove": ("Remove the column", "删除该列"),
    "choose_column": ("Choose column", "选择列"),
    "rule_unguided": ("Unguided", "无引导"),
    "rule_unconditional": ("Unconditional", "无条件"),
    "rule_classifier": ("Classifier", "分类器引导"),
    "rule_clip": ("CLIP", "CLIP 引导"),
    "rule_classifier_free": ("Classifier-free", "无分类器引导"),
    "rule_mixed": ("Mixed", "混合引导"),
    # closed sections
    "subject": ("Style, class, negative prompt", "风格、类别、反向提示词"),
    "subject_help": (
        "Who draws, which class the classifier pulls to, and what to move away from.",
        "由谁来画、分类器拉向哪一类、要远离什么。",
    ),
    "style": ("Style", "风格"),
    "style_help": ("The hand that draws.", "用哪种画风。"),
    "any": ("any", "不限"),
    "category": ("Class", "类别"),
    "category_help": ("The class for classifier guidance and for the judge.", "分类器引导和评判所用的类别。"),
    "by_prompt": ("by the prompt", "由提示词决定"),
    "negative_prompt": ("Negative prompt", "反向提示词"),
    "negative_prompt_help": ("Moves away from this when w is above 0.", "w 大于 0 时远离这些内容。"),
    "sampling": ("Sampler", "采样器"),
    "sampling_help": ("How the noise is removed, step by step.", "怎样一步一步去噪。"),
    "sampler": ("Sampler", "采样器"),
    "sampler_help": ("How each step is taken.", "每一步怎样走。"),
    "eta": ("η", "η"),
    "eta_help": ("Noise in DDIM: 0 none, 1 as much as DDPM.", "DDIM 的噪声：0 没有，1 与 DDPM 一样多。"),
    "variance": ("DDPM variance", "DDPM 方差"),
    "variance_help": (
        "The noise of a DDPM step: the lower or the upper bound.",
        "DDPM 每步的噪声：取下界或上界。",
    ),
    "route": ("Where γ enters a DDPM step", "γ 作用在 DDPM 的哪里"),
    "route_help": ("The score at x_t, or the mean μ.", "作用于 x_t 处的分数，或均值 μ。"),
    "keep": ("Share and reload", "分享与重载"),
    "keep_help": (
        "The address of this page holds these settings; every saved PNG holds its recipe.",
        "本页网址保存了当前设置；每张存下的 PNG 都带有配方。",
    ),
    "copy_link": ("Copy the link", "复制链接"),
    "copied": ("Link copied", "链接已复制"),
    "load_png": ("Load a PNG or JSON", "载入 PNG 或 JSON"),
    # numbers
    "seed": ("seed", "种子"),
    "numbers": ("What the numbers mean", "这些数字的含义"),
    "agreement": ("agreement", "一致率"),
    "agreement_help": (
        "Fidelity: class agreement. The share of the n pictures that a judge, trained apart and never used "
        "for guidance, puts in the class that stands beside n.",
        "忠实度，即类别一致率：n 张图片中，被独立训练、从不参与引导的评判模型归入该类别（写在 n 旁）的比例。",
    ),
    "clip_score": ("CLIP score", "CLIP 分数"),
    "clip_score_help": (
        "Fidelity. 100 × the cosine of picture and text, mean over n, by a CLIP that never guides. “CLIP, guide”: by the "
        "one that guides, where a world has no other; CLIP guidance raises that by design.",
        "忠实度：图片与文字余弦相似度 × 100，取 n 张的平均，由从不参与引导的 CLIP 给出。“引导 CLIP”：世界里没有别的 CLIP 时，"
        "由参与引导的那个给出，CLIP 引导本来就会提高它。",
    ),
    "clip_score_guide": ("CLIP, guide", "引导 CLIP"),
    "diversity": ("distance", "距离"),
    "diversity_help": (
        "Diversity: mean pairwise distance of the n pictures in the judge's features: higher is more varied.",
        "多样性：在评判模型的特征中，n 张图片两两距离的平均，越大越多样。",
    ),
    "time": ("time", "用时"),
    "time_help": ("Seconds to draw the column, without the scores.", "画这一列所用的秒数，不含评分。"),
    "calls": ("calls", "调用"),
    "calls_help": (
        "Network calls: how often a network looked at a picture, the column's pictures together.",
        "网络调用次数：网络处理图片的次数，整列合计。",
    ),
    "preview": ("preview", "预览"),
    "preview_only": ("A preview. Finished pictures can be kept.", "这是预览。完成的图片可以保存。"),
    "stale": ("settings changed", "设置已改"),
    # the large picture
    "close": ("Close", "关闭"),
    "download": ("Download PNG", "下载 PNG"),
    "recipe": ("Recipe", "配方"),
    "use_recipe": (
        "The PNG holds this recipe: load it back under “Share and reload”.",
        "PNG 中带有此配方：可在“分享与重载”中载回。",
    ),
}
