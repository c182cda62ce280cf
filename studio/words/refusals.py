"""What is wrong with a value and what is allowed: a phrase a kind, in English and Chinese; see `declarations.phrases`."""

from __future__ import annotations

from pipelines.declarations.phrases import ENGLISH, Phrase

# Kinds of the library, which says the English.
LIBRARY = {
    "numbers": "{low:g} 到 {high:g} 的数",
    "whole_numbers": "{low:g} 到 {high:g} 的整数",
    "number_list": "至多 {most} 个 {low:g} 到 {high:g} 的数",
    "text": "至多 {most} 个字符的文字",
    "texts": "至多 {length} 个字符的文字，或至多 {most} 段这样的文字",
    "pictures": "至多 {most} 张图片",
    "one_of": "以下之一：{names}",
    "switch": "true 或 false",
    "colour": "颜色，如 #e02020",
    "given_number": "一个 {bits} 位的数",
    "given_pictures": "{count} 张图片",
    "dictionary": "字典，如 {example}",
    "depth": "至多 {most} 层",
    "only_of": "{name} 只有 {names}",
    "given_deeper": "更深的字典",
    "picture_tensor": "有限数的 (3, H, W)",
    "picture_forms": "PIL 图片、张量 (3, H, W)，或文字 {prefix}...",
    "picture_text": "文字 {prefix}...",
    "characters": "至多 {most} 个字符",
    "whole_png": "完整的 PNG",
    "picture_side": "每边至多 {most} 像素",
    "flat_colours": "至多 {most} 种纯色的色块图",
    "picture_to_be_like": "要仿照的图片",
    "picture_of_condition": "作为条件的图片",
    "given_tensor": "形状为 {shape} 的张量",
    "given_type": "一个 {type}",
    "given_text": "一段 {count} 个字符的文字",
    "given_png": "无法读取的 PNG（{reason}）",
    "given_pixels": "{width}×{height} 像素的图片",
    "given_colours": "颜色更多的图片",
    "a_text": "一段文字",
    "text_or_texts": "一段文字，或文字的列表",
    "seed": "0 到 {high} 的整数",
    "seed_or_seeds": "0 到 {high} 的整数，或这样的列表",
    "generator": "CPU 上的 torch.Generator",
    "generators": "CPU 上的 torch.Generator，或每张图片一个的列表",
    "instance": "{type} 的实例，如 {example}",
    "list": "列表，如 [{example}]",
    "keywords": "关键字的字典",
    "floats": "形状为 {shape} 的有限浮点数",
    "whole_from": "不小于 {low} 的整数",
    "up_to": "0 到 {name}（{limit:g}）的数",
    "below": "小于 {name}（{limit:g}）的数",
    "rule": "一条规则，如 ClassifierFree(2)",
    "rule_with_strength": "有强度的规则，如 ClassifierFree",
    "with_rule": "{allowed}（规则 {rule}）",
    "points": "曲线 'points' 至少要有一个数",
    "weights": "不给，或为这 {count} 段文字和图片各给一个",
    "sees_outside": "在运行之外只有 'x_t' 或 'x0'",
    "sees_alone": "没有预测时只有 'x_t'",
    "lacks classifier": "这个模型没有懂噪声的分类器。",
    "lacks clip": "这个模型没有懂噪声的 CLIP。",
    "lacks maps": "这个模型的分类器没有特征图。",
    "lacks weak": "这个模型没有可作对照的较弱版本。",
    "lacks null": "这个模型训练时没有空条件。",
    "lacks attention": "这个模型的网络没有可扰动的自注意力。",
    "lacks clean_classifier": "这个模型没有干净图片的分类器。",
    "lacks conditions": "这个模型没有可听条件的网络。",
    "lacks controlnet": "这个模型没有 ControlNet。",
    "lacks adapter": "这个模型没有 T2I-Adapter。",
    "lacks global_adapter": "这个模型没有把图片变成提示词的网络。",
    "lacks clean_clip": "这个模型没有干净图片的 CLIP。",
}
# Kinds of the studio.
STUDIO = {
    # lists and numbers that a person writes
    "seeds": (
        "1 to {most} different whole numbers from 0 to {high}, as '3, 5, 9' or '4 from 100'",
        "1 到 {most} 个 0 到 {high} 的不同整数，写作 '3, 5, 9' 或 '4 from 100'",
    ),
    "number_words": (
        "numbers, as '0, 1, 2', '0.5; 1.7' or '0 to 4 by 0.5'",
        "数，写作 '0, 1, 2'、'0.5; 1.7' 或 '0 to 4 by 0.5'",
    ),
    "commas": (
        "commas of one meaning: '0.5; 1.7' for decimals, or '0, 5, 1, 7' for a list",
        "意思唯一的逗号：小数写作 '0.5; 1.7'，列表写作 '0, 5, 1, 7'",
    ),
    "most_values": ("at most {most} values", "至多 {most} 个值"),
    "rising_values": ("at most {most} values, from low to high", "至多 {most} 个值，从小到大"),
    "given_values": ("{count} values", "{count} 个值"),
    "given_more": ("more than {most} values", "多于 {most} 个值"),
    # texts, links and files
    "visible": ("{allowed}, without control characters such as {code}", "{allowed}，不含 {code} 之类的控制字符"),
    "unbroken": ("text without broken characters", "没有残缺字符的文字"),
    "json": ("JSON text ({reason})", "JSON 文字（{reason}）"),
    "short_json": ("JSON text of at most {most} characters", "至多 {most} 个字符的 JSON 文字"),
    "json_characters": ("at most {most} characters of JSON", "至多 {most} 个字符的 JSON"),
    "prefix_characters": ("at most {most} characters of '{prefix}'", "至多 {most} 个字符的 '{prefix}'"),
    "most_fields": ("at most {most} fields", "至多 {most} 个字段"),
    "once": ("given once only", "只给一次"),
    "once_in_sampler": ("given once only, in the sampler or beside it", "只给一次：在采样器之内，或在它旁边"),
    "beside": ("given with the field {name}", "与字段 {name} 一起给出"),
    "given_characters": ("{count} characters", "{count} 个字符"),
    "given_fields": ("{count} fields", "{count} 个字段"),
    "given_bytes": ("{count} bytes", "{count} 字节"),
    "given_damaged": ("{count} bytes ({reason})", "{count} 字节（{reason}）"),
    "given_damaged_text": ("{count} characters ({reason})", "{count} 个字符（{reason}）"),
    "given_size": ("{width}x{height} picture", "{width}×{height} 的图片"),
    "given_with_recipe": ("{width}x{height} picture with recipe", "{width}×{height} 的图片，有配方"),
    "given_without_recipe": ("{width}x{height} picture without recipe", "{width}×{height} 的图片，没有配方"),
    "saved_png": (
        "a PNG saved by this studio, at most {megabytes:g} MB and {megapixels:g} megapixels",
        "本工作室保存的 PNG，至多 {megabytes:g} MB、{megapixels:g} 百万像素",
    ),
    "saved_file": ("a .png or .json file that this studio has saved", "本工作室保存的 .png 或 .json 文件"),
    "picture_file": (
        "a PNG, JPEG, WebP, GIF, BMP or TIFF picture, at most {megabytes:g} MB and {megapixels:g} megapixels",
        "PNG、JPEG、WebP、GIF、BMP 或 TIFF 图片，至多 {megabytes:g} MB、{megapixels:g} 百万像素",
    ),
    "picture_data": ("'data:image/png;base64,...', {picture}", "'data:image/png;base64,...'，{picture}"),
    # a recipe
    "mapping": ("a mapping of field names to values", "字段名到值的映射"),
    "fields": ("the fields are {names}", "字段有 {names}"),
    "near": ("did you mean {near}? {allowed}", "是否指 {near}？{allowed}"),
    "empty_or_one_of": ("empty or one of {names}", "留空，或以下之一：{names}"),
    "some_of_many": ("{names}, ... ({count} in all)", "{names}……（共 {count} 个）"),
    "version": (
        "whole numbers from 1 to {high}: a newer studio wrote this",
        "1 到 {high} 的整数：这是更新版本的工作室写的",
    ),
    "digits": ("{count} hexadecimal digits, or nothing", "{count} 位十六进制数字，或留空"),
    "no_upsampler": ("false, since the world '{world}' has no upsampler", "false：世界 '{world}' 没有放大模型"),
    "works_in": ("what can work in the world '{world}'. {reason}", "能在世界 '{world}' 里工作的。{reason}"),
    "strength_is_w": ("{w:g}, the field w: the strength of every rule", "{w:g}，即字段 w：它是每条规则的强度"),
    "list_such": ("a list of at most {most} such as {example}", "至多 {most} 项的列表，如 {example}"),
    "smaller_pictures": ("at most {most}; take smaller pictures", "至多 {most}；请用更小的图片"),
    "picture_in_list": (
        "a picture: a list of one text 'data:image/png;base64,...'",
        "一张图片：含一段文字的列表 'data:image/png;base64,...'",
    ),
    "each_kind_once": ("each kind once with {name}", "与 {name} 一起时每个种类一次"),
    "cost": ("steps × seeds × network calls a step", "步数 × 种子数 × 每步网络调用数"),
    "budget": (
        "at most {most} in all; take fewer steps or seeds, or set w, gamma_classifier or gamma_clip to 0",
        "总共至多 {most}；请减少步数或种子，或把 w、gamma_classifier 或 gamma_clip 设为 0",
    ),
    # columns
    "columns": ("1 to {most} columns", "1 到 {most} 列"),
    "column_list": (
        "1 to {most} of 'w,gamma_classifier,gamma_clip' between semicolons",
        "1 到 {most} 组 'w,gamma_classifier,gamma_clip'，以分号隔开",
    ),
    "one_a_column": ("a list of {count}, one a column", "{count} 项的列表，每列一项"),
    "earlier_column": ("the number of a column before column {number}", "第 {number} 列之前某一列的编号"),
    # sweeps
    "axis": ("axis {path}", "轴 {path}"),
    "axis_values": (
        "1 to {most} values of one kind, as '0, 1, 2', '0 to 4 by 0.5', or a list",
        "1 到 {most} 个同类的值，写作 '0, 1, 2'、'0 to 4 by 0.5'，或一个列表",
    ),
    "option_name": ("the name of an option, such as 'w' or 'rule.phi'", "选项的名字，如 'w' 或 'rule.phi'"),
    "path": ("a path into options that are there", "指向已有选项的路径"),
    "place": (
        "a number from 0 to {last} after the first dot, one of those that the recipe has",
        "第一个点之后是 0 到 {last} 的数，即配方里有的其中一项",
    ),
    "no_place": ("an option of what the recipe has; there is none", "配方里有的一项的选项；这里一项也没有"),
    "one_kind": (
        "values of one kind: all numbers, all texts or all dictionaries",
        "同类的值：全是数、全是文字或全是字典",
    ),
    "plain_values": ("plain values ({reason})", "普通的值（{reason}）"),
    "each_once": ("each value once", "每个值一次"),
    "no_prompts": ("none, since an axis moves the prompt", "不给，因为有一条轴在改变提示词"),
    "most_texts": ("a list of at most {most} texts", "至多 {most} 段文字的列表"),
    "one_or_two": ("a list of one or two, {example}", "一项或两项的列表，如 {example}"),
    "two_options": ("two different options", "两个不同的选项"),
    "no_axes": ("false when there are axes", "有轴时为 false"),
    "recipe_list": ("a list of 1 to {most} recipes", "1 到 {most} 个配方的列表"),
    "one_world": ("recipes of one world", "同一世界的配方"),
    "cells": ("1 to {most} cells", "1 到 {most} 个格子"),
    "most_cells": ("at most {most} cells", "至多 {most} 个格子"),
    "given_cells": ("{product} = {count} cells", "{product} = {count} 个格子"),
    "pictures_in_all": (
        "at most {most} in all cells; take fewer values, seeds or prompts",
        "所有格子总共至多 {most}；请减少取值、种子或提示词",
    ),
    "sweep_cost": ("steps × pictures × network calls a step", "步数 × 图片数 × 每步网络调用数"),
    "sweep_budget": (
        "at most {most} in all cells; take fewer steps, values, seeds or prompts",
        "所有格子总共至多 {most}；请减少步数、取值、种子或提示词",
    ),
    # the tabs
    "side": ("'a' or 'b', once it is chosen", "'a' 或 'b'，选定之后"),
    "recipe_seeds": ("one of the recipe's seeds: {seeds}", "配方中的种子：{seeds}"),
    "package": (
        "'gif': the package {name} is not installed; pip install {name}",
        "'gif'：没有安装软件包 {name}；pip install {name}",
    ),
    "picture_list": ("a list of 1 to {most} pictures", "1 到 {most} 张图片的列表"),
    "one_column": ("pictures of one column", "同一列的图片"),
    "whole_pngs": ("whole PNGs", "完整的 PNG"),
    "some_numbers": ("1 to {most} numbers from {low:g} to {high:g}", "1 到 {most} 个 {low:g} 到 {high:g} 的数"),
    "sentences": (
        "1 to {most} different sentences, one a line, of at most {length} characters",
        "1 到 {most} 个不同的句子，每行一个，至多 {length} 个字符",
    ),
    "world_with_clip": ("a world with a CLIP that sees pictures", "有能看图片的 CLIP 的世界"),
    "strokes": (
        "1 to {most} strokes, [x, y, x, y, ...] each, of numbers within ±{edge:g}, {numbers} in all at most",
        "1 到 {most} 笔，每笔为 [x, y, x, y, ...]，各数在 ±{edge:g} 之内，总共至多 {numbers} 个数",
    ),
    "components": (
        "1 to {most} lists of x and y from -{plane:g} to {plane:g}, a deviation from 0 to 2, a weight from 0.001 to 1000 "
        "and a class, a whole number from 0 to {classes}",
        "1 到 {most} 个列表，各含 -{plane:g} 到 {plane:g} 的 x 和 y、0 到 2 的标准差、0.001 到 1000 的权重，"
        "和 0 到 {classes} 的整数类别",
    ),
    "class_there": ("a class that a component has, one of {classes}", "某个分量的类别，以下之一：{classes}"),
    "or_nothing": ("{allowed}, or nothing", "{allowed}，或留空"),
    "finite": ("finite numbers, texts and dictionaries of these", "有限的数、文字，以及由它们组成的字典"),
    "given_not_plain": ("a dictionary that is not plain", "不普通的字典"),
    "points_and_pictures": ("entries that work on points as well as on pictures", "对点和图片都能工作的"),
    "reason": ("{reason}", "{reason}"),  # what an entry says itself
    # programs and the command line
    "arguments": (
        "{count} values in this order, or by name at /gradio_api/call/v2/{name}: {names}",
        "{count} 个值，依此顺序，或按名字发到 /gradio_api/call/v2/{name}：{names}",
    ),
    "inputs": ("{count} values: {names}", "{count} 个值：{names}"),
    "no_values": ("no values", "不给任何值"),
    "plain_json": (
        "plain JSON; a picture is its text, 'data:image/png;base64,...'",
        "普通的 JSON；图片写成文字 'data:image/png;base64,...'",
    ),
    "parameters": ("the parameters of /{name}: {names}", "/{name} 的参数：{names}"),
    "function_number": ("the number of a function of this page", "本页某个函数的编号"),
    "event": (
        "the event_id of a call that nobody has read the answer of",
        "结果还没有人取走的一次调用的 event_id",
    ),
    "given_file": ("a file", "文件"),
    "given_argument": ("an argument", "一个参数"),
    "clip_folder": ("{prefix} and a folder that is there", "{prefix} 加一个存在的文件夹"),
    "clip_on_space": (
        "on a Space {prefix}FOLDER or one of {names}",
        "在 Space 上：{prefix}FOLDER，或以下之一：{names}",
    ),
    "clip_name": (
        "{example} or the like, {hub}ORG/NAME or {local}FOLDER",
        "{example} 之类，{hub}ORG/NAME 或 {local}FOLDER",
    ),
    "clips": (
        "{names}; another one has to be named when the studio is started, by --clip",
        "{names}；要用别的，须在启动工作室时以 --clip 指定",
    ),
}
ENGLISH.update({kind: english for kind, (english, _) in STUDIO.items()})
CHINESE = LIBRARY | {kind: chinese for kind, (_, chinese) in STUDIO.items()}


def said(lang: str, text: str) -> str:
    """A phrase in a language, and the phrases in it; any other text as it is."""
    if lang == "en" or not isinstance(text, Phrase):
        return str(text)
    values = {name: said(lang, each) if isinstance(each, Phrase) else each for name, each in text.values.items()}
    return CHINESE[text.kind].format(**values)
