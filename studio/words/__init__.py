"""Every visible word, in English and Chinese, chosen by the language of the browser.

Components take `t(key)`, which the page translates itself. Text inside HTML comes in both languages, and the
style sheet hides one of them by the `lang` of the document. Programs are told in the language they ask for.
"""

from __future__ import annotations

import html as escaping

from .draw import DRAW
from .frontier import FRONTIER
from .history import HISTORY
from .inside import INSIDE
from .kept import KEPT
from .lab import LAB
from .reasons import without_folders
from .rules import RULE_WORDS

LANGUAGES = ("en", "zh")
CHINESE = ("zh", "zh-CN", "zh-SG", "zh-TW", "zh-HK")  # locales that get the Chinese words

WORDS: dict[str, tuple[str, str]] = {
    # the page
    "title": ("Guidance studio", "引导工作室"),
    "sentence": (
        "One model, the same seeds, different guidance: read across a row to see what guidance changes, "
        "down a column to see how much variety is left.",
        "同一个模型、同样的种子、不同的引导：横着看一行，是引导带来的变化；竖着看一列，是还剩下多少多样性。",
    ),
    "hint": (
        "Click a picture to see it large, with its seed and recipe.",
        "点击图片可放大，并查看它的种子和配方。",
    ),
    "play": ("Play", "试玩"),
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
    "columns": ("Columns", "列"),
    "columns_help": (
        "Choose a column by its head, set its γ, add one or remove it. Any mix of w and γ works.",
        "点列标题选择一列，设置它的 γ，也可添加或删除。w 与 γ 可任意混用。",
    ),
    "gamma_classifier": ("γ classifier", "分类器 γ"),
    "gamma_classifier_help": (
        "Pulls towards the class with a noise-aware classifier's gradient. 0: off.",
        "用抗噪分类器的梯度拉向该类别。0：关闭。",
    ),
    "gamma_clip": ("γ CLIP", "CLIP γ"),
    "gamma_clip_help": (
        "Pulls towards the text with the gradient of CLIP similarity. 0: off.",
        "用 CLIP 相似度的梯度拉向文字。0：关闭。",
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
    "sampling": ("Sampler and seeds", "采样器与种子"),
    "sampling_help": (
        "How the noise is removed, in how many steps, and from which noise.",
        "怎样去噪、走多少步、从哪份噪声开始。",
    ),
    "sampler": ("Sampler", "采样器"),
    "sampler_help": ("How each step is taken.", "每一步怎样走。"),
    "eta": ("η", "η"),
    "eta_help": ("Noise in DDIM: 0 none, 1 as much as DDPM.", "DDIM 的噪声：0 没有，1 与 DDPM 一样多。"),
    "steps": ("Steps", "步数"),
    "steps_help": ("More steps: slower, a little cleaner.", "步数越多越慢，画面略干净。"),
    "seeds": ("Seeds", "种子"),
    "seeds_help": (
        "One row each: a list such as 3, 5, 9 or “4 from 100”.",
        "每个种子一行：如 3, 5, 9 或 “4 from 100”（4 从 100）。",
    ),
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
    # states
    "ready": ("Ready.", "就绪。"),
    "example": (
        "Drawn earlier with these settings. Press Generate to draw them here.",
        "以上是预先画好的。按“生成”即可现画。",
    ),
    "changed": ("Changed, not drawn yet.", "设置已改，尚未重画。"),
    "changed_rest": ("The rest is changed, not drawn yet.", "其余已改，尚未重画。"),
    "empty": ("Nothing drawn yet. Press Generate.", "还没有图片。请按“生成”。"),
    "waiting": ("Waiting for a turn…", "排队中…"),
    "not_begun": ("Cancelled before it began.", "尚未开始即已取消。"),
    "unread": (
        "Not begun: nobody asked for the answer within {seconds} seconds of the call.",
        "没有开始：调用后 {seconds} 秒内无人来取结果。",
    ),
    "given_away": (
        "Not begun: so many are waiting that this place went to somebody with fewer. Please try again in a moment.",
        "没有开始：排队的人太多，这个位置让给了占得更少的人。请稍后再试。",
    ),
    "queue_full": (
        "Too many people are waiting, and nothing was begun. Please try again in a moment.",
        "排队的人太多，这次没有开始。请稍后再试。",
    ),
    "loading": ("Loading the model… the first time takes a few seconds.", "正在载入模型……首次需要几秒钟。"),
    "running": (
        "Column {column} of {columns}, step {index} of {total}",
        "第 {column}/{columns} 列，第 {index}/{total} 步",
    ),
    "enlarging": ("Drawing the pictures at twice the side…", "正在以两倍边长重画图片……"),
    "judging": ("Measuring the pictures…", "正在测量图片……"),
    "left": ("{seconds} s left", "还剩 {seconds} 秒"),
    "previewing": ("Preview: step {index} of {total}", "预览：第 {index}/{total} 步"),
    "previewed": (
        "Preview in {steps} steps, {seconds} s. Press Generate for the real thing.",
        "{steps} 步预览，用时 {seconds} 秒。按“生成”得到正式结果。",
    ),
    "done": ("{pictures} pictures in {seconds} s.", "{pictures} 张图片，用时 {seconds} 秒。"),
    "cancelled": (
        "Cancelled. What was drawn stays; press Generate to start again.",
        "已取消。已画的保留；按“生成”重新开始。",
    ),
    "loaded": ("Recipe loaded. Press Generate to draw it.", "配方已载入。按“生成”来画。"),
    "loaded_rest": (
        "The rest of the recipe is loaded; what is named here was left out.",
        "配方的其余部分已载入；这里所列的没有载入。",
    ),
    "more_problems": ("And {count} more.", "另有 {count} 处。"),
    "problem": (
        "{field} = {value} is not allowed; allowed: {allowed}.",
        "{field} = {value} 不可用；允许：{allowed}。",
    ),
    "failed": ("That did not work: {reason}", "出错了：{reason}"),
    "unsent": (
        "The pictures are drawn, but they could not be handed over: {reason}",
        "图片已画完，但无法交付：{reason}",
    ),
    "unsent_kept": (
        "The pictures are drawn and stand in the history, but they could not be handed over: {reason}",
        "图片已画完并存入历史，但无法交付：{reason}",
    ),
    "unknown_word": ("“{word}” was not understood.", "没看懂“{word}”。"),
    "unknown_near": (
        "“{word}” was not understood; known and near: {near}.",
        "没看懂“{word}”；相近的有：{near}。",
    ),
    "no_label": (
        "Classifier guidance was left out: no class is chosen, and the prompt belongs to none.",
        "没有使用分类器引导：未选类别，提示词也不属于任何类别。",
    ),
    "no_text": (
        "CLIP guidance was left out: it needs a prompt, a style or a class.",
        "没有使用 CLIP 引导：它需要提示词、风格或类别。",
    ),
    "no_condition": (
        "w has no effect: there is no prompt, style, class or negative prompt.",
        "w 不起作用：没有提示词、风格、类别或反向提示词。",
    ),
    "no_negative": (
        "The negative prompt has no effect unless w is above 0 or between −1 and 0.",
        "只有 w 大于 0 或在 −1 与 0 之间时，反向提示词才起作用。",
    ),
    "no_class": (
        "This world knows classes only, and the prompt names none of them: {classes}.",
        "这个世界只认识类别，而提示词里没有：{classes}。",
    ),
    "one_class": (
        "This world draws one class a picture: {drawn}, and not {left_out}.",
        "这个世界每张图只画一个类别：{drawn}，不画 {left_out}。",
    ),
    "no_judge": ("No scores: {reason}", "没有评分：{reason}"),
    # the large picture
    "close": ("Close", "关闭"),
    "download": ("Download PNG", "下载 PNG"),
    "recipe": ("Recipe", "配方"),
    "use_recipe": (
        "The PNG holds this recipe: load it back under “Share and reload”.",
        "PNG 中带有此配方：可在“分享与重载”中载回。",
    ),
}

WORDS |= KEPT | LAB | HISTORY | RULE_WORDS | INSIDE | FRONTIER | DRAW


def language(accept: str | None) -> str:
    """The language of an Accept-Language header: "zh" when Chinese comes before English, else "en"."""
    for part in (accept or "").lower().split(","):
        code = part.split(";")[0].strip()
        if code.startswith(LANGUAGES):
            return code[:2]
    return "en"


def say(lang: str, key: str, **values) -> str:
    """A sentence in one language, in which nothing says where things lie on this machine."""
    return without_folders(WORDS[key][LANGUAGES.index(lang)].format(**values))


def both(key: str, **values) -> str:
    """A sentence in both languages, as HTML in which every value is escaped. One of the two is shown."""
    return spans(*(say(lang, key, **values) for lang in LANGUAGES))


def spans(english: str, chinese: str) -> str:
    """Two texts as escaped HTML, of which the page shows one."""
    return "".join(
        f'<span class="{lang}" lang="{lang}">{escaping.escape(text)}</span>'
        for lang, text in zip(LANGUAGES, (english, chinese), strict=True)
    )


def translations(labels: dict[str, tuple[str, str]] | None = None) -> dict[str, dict[str, str]]:
    """Locale -> key -> text, for the page; `labels` are words that a world brings along."""
    words = WORDS | (labels or {})
    tables = {lang: {key: pair[i] for key, pair in words.items()} for i, lang in enumerate(LANGUAGES)}
    return {"en": tables["en"]} | dict.fromkeys(CHINESE, tables["zh"])


def t(key: str):
    """A word that the page translates: for labels, help and buttons of components."""
    from gradio.i18n import I18nData

    if key not in WORDS:
        raise KeyError(f"No word {key!r} in studio/words.py.")
    return I18nData(key)
