"""The words of rules, pulls, conditions, samplers and their options in Chinese; each declares the English."""

from __future__ import annotations

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from pipelines.declarations.declared import REASONS
from pipelines.declarations.options import options_of

from .facts import COSTS, SOURCES
from .options import CHOICES, OPTIONS
from .refusals import said

# Name -> what it is called in English and Chinese, and what it does in Chinese.
ENTRIES = {
    "ClassifierFree": ("Classifier-free", "无分类器引导", "同一网络在有、无提示词时各答一次，放大两者之差。"),
    "Auto": ("Auto-guidance", "自引导", "远离较差的同类模型会画出的东西：画得更好，变化不减。"),
    "Perturbed": ("Perturbed attention", "扰动注意力", "远离各部分互不相见时网络会画的东西：形状更稳，无提示词也行。"),
    "Projected": ("Projected", "投影引导", "去掉引导中只会提高对比度和饱和度的那部分。"),
    "CFGPlusPlus": ("CFG++", "CFG++", "引导只移动预测的图，不动噪声：小强度下很柔和。"),
    "CFGZeroStar": ("CFG-Zero*", "CFG-Zero*", "校正无提示词那一答的长度，并在开头稍等片刻。"),
    "TwoScales": ("Two scales", "双强度", "提示词与所画条件各有一个强度。"),
    "DynamicThreshold": ("Dynamic threshold", "动态阈值", "强引导推出范围的图整体收回，颜色不至于烧掉。"),
    "Interval": ("Interval", "区间", "只在噪声适中时引导：更省，变化更多。"),
    "Rescale": ("Rescale", "重缩放", "保持未引导预测的对比度，强引导也不会过曝。"),
    "Scheduled": ("Schedule", "强度曲线", "从噪声到图片的途中，强度沿曲线变化。"),
    "Classifier": ("Classifier", "分类器", "懂噪声的分类器把图拉向某个标签。"),
    "Semantic": ("CLIP (Semantic)", "CLIP（语义）", "在加噪图上训练的 CLIP 把图拉向文字和图片，各有权重。"),
    "Style": ("Style", "画风", "一张图的纹理和颜色，不管在哪里。"),
    "Colour": ("Colour", "颜色", "图中一块区域的平均颜色。"),
    "LabelMap": ("Label map", "色块图", "用几种纯色画出什么在哪里；两色即蒙版。"),
    "ControlNet": ("ControlNet", "ControlNet", "图片遵从一张图的线条、形状或颜色；几个可以叠加。"),
    "UniControlNet": ("Uni-ControlNet", "Uni-ControlNet", "把几张图同时告诉一个网络：它学过怎样把它们合在一起。"),
    "T2IAdapter": ("T2I-Adapter", "T2I-Adapter", "最轻的办法：一个看不到加噪图的小网络。"),
    "GlobalPrompt": ("Like this one", "像这一张", "一张图成为提示词的一部分，说出文字没有说的。"),
    "DDIM": ("DDIM", "DDIM", "直接走到下一时刻，确定性或带一份 η 的新噪声。步数少也够。"),
    "DDPM": ("DDPM", "DDPM", "祖先采样：每步都加新噪声。需要较多步数。"),
    "ReverseSDE": ("Reverse SDE", "逆向 SDE", "逆扩散，噪声多少随意：没有即 ODE，λ = 1 为常规，越多越能纠错。"),
    "Euler": ("Euler", "欧拉", "概率流 ODE，每次一小段直线：步长减半，误差减半。"),
    "Heun": ("Heun", "休恩", "概率流 ODE，每步校正一次：步长减半，误差降为四分之一，代价两次调用。"),
    "Diffusers": ("DPM-Solver++ and others", "DPM-Solver++ 等", "diffusers 的多步求解器，用本模型的时刻与预测。"),
    "AMED": ("AMED", "AMED", "每步两次调用，第二次在学到的中间时刻：为四到八步而做。"),
    "Flow": ("Flow", "流", "沿噪声到数据的直线走欧拉，时刻在直线上等距。"),
}
SECTION = {
    "rule": ("Rule", "规则"),
    "rule_section_help": (
        "How the chosen column is guided; w is how strongly. Add a column to compare two rules on the same seeds.",
        "所选列怎样引导；强弱由 w 决定。添加一列，即可在同样的种子上比较两条规则。",
    ),
    "rule_help": ("What w is the strength of.", "w 即它的强度。"),
    "rule_around": ("Around the rule", "规则之外"),
    "places": ("Further pulls", "更多拉力"),
    "places_help": (
        "Gradients beside the two γ of the column; they add up. Without a label or a text they take the prompt's.",
        "列的两个 γ 之外的梯度，彼此相加。标签或文字留空，则取提示词的。",
    ),
    "place_0": ("Pull", "拉力"),
    "place_1": ("A second pull", "第二种拉力"),
    "place_help": ("What else pulls at the picture.", "还有什么在拉这张图。"),
    "no_pull_here": ("none", "无"),
    "pictures": ("Pictures", "图片"),
    "pictures_help": (
        "Made small, to travel in the recipe and its link; those of a map also get a few flat colours.",
        "会缩小，以便写进配方和链接；色块图还会化为几种纯色。",
    ),
    "pictures_choose": ("Choose a picture", "选择图片"),
    "pictures_another": ("Choose another", "再选一张"),
    "pictures_remove": ("Remove this picture", "移除这张图"),
    "pictures_bad": ("This file is no picture that the browser can read.", "浏览器读不出这个图片文件。"),
    "pulls": ("More pulls, as JSON", "再多的拉力（JSON）"),
    "pulls_help": (
        'What the controls above cannot hold, such as [{"name": "Colour", "colour": "#e02020"}] as a third one.',
        '上面的控件放不下的，例如第三种：[{"name": "Colour", "colour": "#e02020"}]。',
    ),
    "source": ("Source", "出处"),
    "cost": ("Cost of a step", "每步代价"),
    "not_here": ("Not available in this world", "在这个世界不可用"),
    "no_clip": ("CLIP guidance was left out: this world has no CLIP.", "没有使用 CLIP 引导：这个世界没有 CLIP。"),
    "no_branch": (
        "The negative prompt has no effect: the rule compares with no other prompt.",
        "反向提示词不起作用：这条规则不与别的提示词比较。",
    ),
    "no_pull": (
        "{control} was left out: it needs a prompt, a label or a picture.",
        "没有使用{control}：它需要提示词、标签或图片。",
    ),
    "link_without": (
        "The link leaves the drawn conditions out: they are too long for an address. PNG and JSON hold them.",
        "链接里没有所画的条件：它们太长，放不进网址。PNG 与 JSON 里有。",
    ),
    "no_conditions_here": (
        "The drawn conditions were taken off: this world has no network that knows them.",
        "去掉了所画的条件：这个世界没有认识它们的网络。",
    ),
    "empty_drawing": (
        "{control} was left out: nothing is drawn, so that there is no condition.",
        "没有使用{control}：什么也没画，即没有条件。",
    ),
    "conditions": ("Conditions", "条件"),
    "scheduled": (
        "w has no effect: the schedule says how strong the rule is.",
        "w 不起作用：强度由曲线决定。",
    ),
    "no_amed": (
        "AMED has learned nothing for this world, so it walks with r = {r} and c = {c}. To train it: {command}",
        "AMED 还没有为这个世界学过，所以用 r = {r}、c = {c} 来走。训练它：{command}",
    ),
    "no_amed_here": (
        "AMED cannot learn for this world, so it walks with r = {r} and c = {c}.",
        "AMED 无法为这个世界学习，所以用 r = {r}、c = {c} 来走。",
    ),
    "left_out": (
        "{control} is too long to be read whole. These words are left out: “{words}”",
        "{control}太长，读不完。没有读到的是：“{words}”",
    ),
    "judge_left_out": (
        "The CLIP that judges, {clip}, does not read the end of long prompts. Its score leaves out: “{words}”",
        "评分所用的 CLIP（{clip}）读不完过长的提示词。评分没有计入：“{words}”",
    ),
    "same_texts": (
        "w has no effect: the negative prompt says what the prompt says.",
        "w 不起作用：反向提示词与提示词说的是同一件事。",
    ),
    "idle": ("{control} has no effect with these settings.", "{control}在这些设置下不起作用。"),
    "weaker": (
        "{control} is here only classifier-free guidance at w = {w}, weaker than none: {sampler} does not keep the noise "
        "apart from the predicted picture. These do: {others}.",
        "{control}在这里只相当于 w = {w} 的无分类器引导，比不引导还弱：{sampler}不把噪声与预测的图分开。能分开的有：{others}。",
    ),
    "weaker_step": (
        "{control} is here only classifier-free guidance at w = {w}, weaker than none: one step makes no new noise.",
        "{control}在这里只相当于 w = {w} 的无分类器引导，比不引导还弱：只有一步，不产生新噪声。",
    ),
    "no_step": (
        "{control} lets the rule act in none of the {steps} steps: the pictures are as without guidance by it.",
        "{control}使规则在 {steps} 步中一步也不起作用：图片与没有它的引导时一样。",
    ),
    "no_step_inside": (
        "{control} has no effect: none of the {steps} steps lies whole between its start and its end.",
        "{control}不起作用：{steps} 步中没有一步完整地落在它的起点与终点之间。",
    ),
    "never_asked": (
        "{control} waits through all of the {steps} steps: the model is never asked, and the noise stays.",
        "{control}在全部 {steps} 步里都在等待：从不询问模型，噪声原样留下。",
    ),
    "no_effect": ("{control} had no effect on these pictures.", "{control}对这些图片没有起作用。"),
    "no_difference": (
        "{control} made no difference: the rule inside of it alone draws the same pictures.",
        "{control}没有带来差别：只用它里面的规则，图片也一样。",
    ),
}


def _words() -> dict[str, tuple[str, str]]:
    """What has no Chinese yet is told in English: a new entry is one small file, and a test asks for its words."""
    found = dict(SECTION)
    for name, kind in {**RULES, **PULLS, **CONDITIONS, **SAMPLERS}.items():
        english, chinese, about = ENTRIES.get(name, (name, name, kind.summary))
        found[f"rule {name}"] = (english, chinese)
        found[f"about {name}"] = (kind.summary, about)
        found[f"cost {name}"] = (kind.cost, COSTS.get(kind.cost, kind.cost))
        found[f"source {name}"] = (kind.source, SOURCES.get(kind.source, kind.source))
        for option in options_of(kind):
            key = f"{name}_{option.name}"
            strength = option.name == getattr(kind, "strength", "")
            label, told = OPTIONS.get(key, ("", "引导的强度。" if strength else option.help))
            found[f"option {key}"] = (option.label, label or option.label)
            found[f"option {key} help"] = (option.help, told)
    found |= {f"choice {value}": pair for value, pair in CHOICES.items()}
    return found | {phrase.kind: (str(phrase), said("zh", phrase)) for phrase in REASONS.values()}


RULE_WORDS = _words()
