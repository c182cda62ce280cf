"""What a value may be, in Chinese: an error says it in English, and here each phrase of it has its translation.

The names of options, quoted words and data stay as they are. A test reads every error of the source and asks for its
phrases here; what other libraries say stays in their own language.
"""

from __future__ import annotations

import re

from pipelines.declarations.declared import REASONS
from pipelines.declarations.options import shown
from pipelines.declarations.phrases import Phrase

from .refusals import said

N = r"(-?[\d.,e+]*\d)"  # a number
# Phrase -> its translation; the longer ones come before those that they contain.
PHRASES = {
    # several things at once
    rf"^1 to {N} different whole numbers from {N} to {N}, as (.+) or (.+)$": r"1 到 \1 个 \2 到 \3 的不同整数，写作 \4 或 \5",
    rf"^1 to {N} values of one kind, as (.+), or a list$": r"1 到 \1 个同类的值，写作 \2，或一个列表",
    rf"^1 to {N} lists of x and y from {N} to {N}, a deviation from 0 to 2, a weight from 0.001 to 1000 and a class, a "
    rf"whole number from 0 to {N}$": (
        r"1 到 \1 个列表，各含 \2 到 \3 的 x 和 y、0 到 2 的标准差、0.001 到 1000 的权重，和 0 到 \4 的整数类别"
    ),
    rf"^1 to {N} of ('.+') between semicolons$": r"1 到 \1 组 \2，以分号隔开",
    rf"^at most {N} in all; take fewer steps or seeds, or set (\w+), (\w+) or (\w+) to 0$": (
        r"总共至多 \1；请减少步数或种子，或把 \2、\3 或 \4 设为 0"
    ),
    rf"^at most {N} in all cells; take fewer steps, values, seeds or prompts$": r"所有格子总共至多 \1；请减少步数、取值、种子或提示词",
    rf"^at most {N} in all cells; take fewer values, seeds or prompts$": r"所有格子总共至多 \1；请减少取值、种子或提示词",
    rf"^at most {N}; take smaller pictures$": r"至多 \1；请用更小的图片",
    r"^numbers, as (.+)$": r"数，写作 \1",
    r"^commas of one meaning: (.+) for decimals, or (.+) for a list$": r"意思唯一的逗号：小数写作 \1，列表写作 \2",
    r"^a picture: a list of one text (.+)$": r"一张图片：含一段文字的列表 \1",
    r"^a PIL picture, a tensor \(3, H, W\), or a text (\S+)$": r"PIL 图片、张量 (3, H, W)，或文字 \1",
    r"^\(3, H, W\) of finite numbers$": r"有限数的 (3, H, W)",
    r"^a text (data:\S+)$": r"文字 \1",
    r"^a whole PNG$": "完整的 PNG",
    rf"^at most {N} pixels a side$": r"每边至多 \1 像素",
    rf"^at most {N} values$": r"至多 \1 个值",
    rf"^at most {N} values, from low to high$": r"至多 \1 个值，从小到大",
    rf"^a list of at most {N} such as ": r"至多 \1 项的列表，如 ",
    r"^none, since an axis moves the prompt$": "不给，因为有一条轴在改变提示词",
    rf"^a list of at most {N} texts$": r"至多 \1 段文字的列表",
    r"^a list of one or two, ": "一项或两项的列表，如 ",
    rf"^a list of {N}, one a column$": r"\1 项的列表，每列一项",
    r"^a list of 1 to (\w+) pictures$": r"1 到 \1 张图片的列表",
    r"^pictures of one column$": "同一列的图片",
    r"^whole PNGs$": "完整的 PNG",
    rf"^the number of a column before column {N}$": r"第 \1 列之前某一列的编号",
    rf"^a text of at most {N} characters, or at most {N} such texts": r"至多 \1 个字符的文字，或至多 \2 段这样的文字",
    rf"^whole numbers from {N} to {N}: a newer studio wrote this$": r"\1 到 \2 的整数：这是更新版本的工作室写的",
    rf"^a PNG saved by this studio, at most {N} MB and {N} megapixels$": r"本工作室保存的 PNG，至多 \1 MB、\2 百万像素",
    r"^a \.png or \.json file that this studio has saved$": "本工作室保存的 .png 或 .json 文件",
    r"^false, since the world ('.*') has no upsampler$": r"false：世界 \1 没有放大模型",
    r"^what can work in the world ('.*?')\. ": r"能在世界 \1 里工作的。",
    r"^(\S+), the field w: the strength of every rule$": r"\1，即字段 w：它是每条规则的强度",
    r"^given once only, in the sampler or beside it$": "只给一次：在采样器之内，或在它旁边",
    rf"^a number from {N} to {N} after the first dot, one of those that the recipe has$": (
        r"第一个点之后是 \1 到 \2 的数，即配方里有的其中一项"
    ),
    r"^an option of what the recipe has; there is none$": "配方里有的一项的选项；这里一项也没有",
    r"^the name of an option, such as (\S+) or (\S+)$": r"选项的名字，如 \1 或 \2",
    r"^values of one kind: all numbers, all texts or all dictionaries$": "同类的值：全是数、全是文字或全是字典",
    r"^none, or one each of the (\d+) texts and pictures$": r"不给，或为这 \1 段文字和图片各给一个",
    r"^at least one number for the shape ('\w+')$": r"曲线 \1 至少要有一个数",
    rf"^a map of at most {N} flat colours$": r"至多 \1 种纯色的色块图",
    r"^a class that a component has, one of ": "某个分量的类别，以下之一：",
    r"^finite numbers, texts and dictionaries of these$": "有限的数、文字，以及由它们组成的字典",
    r"^entries that work on points as well as on pictures$": "对点和图片都能工作的",
    r"^a text, or a list of texts$": "一段文字，或文字的列表",
    r"^a whole number from (\d+) to (\d+), or a list of them$": r"\1 到 \2 的整数，或这样的列表",
    r"^a whole number from (\d+) to (\d+)$": r"\1 到 \2 的整数",
    r"^a torch\.Generator of the CPU, or a list of them, one a picture$": "CPU 上的 torch.Generator，或每张图片一个的列表",
    r"^a torch\.Generator of the CPU$": "CPU 上的 torch.Generator",
    r"^a text$": "一段文字",
    r"^a dictionary of keywords$": "关键字的字典",
    rf"^a whole number from {N}$": r"不小于 \1 的整数",
    r"^floats of shape (\(.*\)), all finite$": r"形状为 \1 的有限浮点数",
    r"^an instance of (\w+), such as ": r"\1 的实例，如 ",
    r"^a list, such as ": "列表，如 ",
    r"^a rule that has a strength, such as ": "有强度的规则，如 ",
    r"^a rule, such as ": "一条规则，如 ",
    r"^('x_t' or 'x0') outside of a pipeline's run$": r"在运行之外只有 \1",
    r"^('x_t') where there is no prediction$": r"没有预测时只有 \1",
    # one thing
    rf"whole numbers from {N} to {N}": r"\1 到 \2 的整数",
    rf"1 to {N} numbers from {N} to {N}": r"1 到 \1 个 \2 到 \3 的数",
    rf"at most {N} numbers from {N} to {N}": r"至多 \1 个 \2 到 \3 的数",
    rf"numbers from {N} to (high|end), {N}": r"\1 到 \2（\3）的数",
    rf"numbers from {N} to {N}": r"\1 到 \2 的数",
    rf"numbers below (\w+), {N}": r"小于 \1（\2）的数",
    rf"JSON text of at most {N} characters": r"至多 \1 个字符的 JSON 文字",
    rf"at most {N} characters of JSON": r"至多 \1 个字符的 JSON",
    rf"text of at most {N} characters": r"至多 \1 个字符的文字",
    rf"at most {N} characters of ('\S*')": r"至多 \1 个字符的 \2",
    rf"at most {N} characters": r"至多 \1 个字符",
    rf"at most {N} inside one another": r"至多 \1 层",
    rf"at most {N} pictures": r"至多 \1 张图片",
    rf"at most {N} cells": r"至多 \1 个格子",
    rf"^1 to {N} cells$": r"1 到 \1 个格子",
    rf"^1 to {N} columns$": r"1 到 \1 列",
    r"^JSON text": "JSON 文字",
    rf"^at most {N} fields$": r"至多 \1 个字段",
    r"^plain values": "普通的值",
    r"text without broken characters": "没有残缺字符的文字",
    r", without control characters such as (U\+\w+)": r"，不含 \1 之类的控制字符",
    r"did you mean (.+?)\? ": r"是否指 \1？",
    r"(?<=') or (?=')": " 或 ",
    r"empty or one of ": "留空，或以下之一：",
    r"^one of the recipe's seeds: ": "配方中的种子：",
    r"^one of ": "以下之一：",
    r"\.\.\. \((\d+) in all\)": r"……（共 \1 个）",
    r" with the rule (\w+)": r"（规则 \1）",
    r"^true or false$": "true 或 false",
    r"^a colour such as ": "颜色，如 ",
    r"a dictionary such as ": "字典，如 ",
    r", or nothing$": "，或留空",
    r"^(\d+) hexadecimal digits": r"\1 位十六进制数字",
    r"^a mapping of field names to values$": "字段名到值的映射",
    r"the fields are ": "字段有 ",
    r"^the fields ": "字段 ",
    r"^given once only$": "只给一次",
    r"^given with the field (\w+)$": r"与字段 \1 一起给出",
    r"^each value once$": "每个值一次",
    r"^a number after 'by'$": "'by' 之后是一个数",
    r"^a path into options that are there$": "指向已有选项的路径",
    r"^two different options$": "两个不同的选项",
    r", once it is chosen$": "，选定之后",
    r"^text of a picture$": "图片的文字",
    r"^only (\[.*\]) of (\w+)$": r"\2 只有 \1",
    r"^a picture to be like$": "要仿照的图片",
    r"^a picture of the condition$": "作为条件的图片",
    r"^each kind once with (\w+)$": r"与 \1 一起时每个种类一次",
    rf"a PNG, JPEG, WebP, GIF, BMP or TIFF picture, at most {N} MB and {N} megapixels$": (
        r"PNG、JPEG、WebP、GIF、BMP 或 TIFF 图片，至多 \1 MB、\2 百万像素"
    ),
    r"^('gif'): the package (\S+) is not installed; pip install (\S+)$": r"\1：没有安装软件包 \2；pip install \3",
}
# What our own code says of a value or a field instead of showing it.
VALUES = {
    rf"^'a number of {N} bits'$": r"一个 \1 位的数",
    rf"^'a text of {N} characters'$": r"一段 \1 个字符的文字",
    rf"^'{N} characters'$": r"\1 个字符",
    rf"^'{N} bytes( \(\w+\))?'$": r"\1 字节\2",
    r"^'a deeper dictionary'$": "更深的字典",
    r"^'a dictionary that is not plain'$": "不普通的字典",
    rf"^'{N} fields'$": r"\1 个字段",
    rf"^'more than {N} values'$": r"多于 \1 个值",
    r"^'a picture of (\d+)x(\d+) pixels'$": r"\1×\2 像素的图片",
    r"^'a PNG that cannot be read \((\w+)\)'$": r"无法读取的 PNG（\1）",
    rf"^'{N} bytes \(truncated\)'$": r"\1 字节（不完整）",
    r"^'<a picture of more colours>'$": "颜色更多的图片",
    r"^'(\d+)x(\d+) picture with recipe'$": r"\1×\2 的图片，有配方",
    r"^'(\d+)x(\d+) picture without recipe'$": r"\1×\2 的图片，没有配方",
    rf"^'(.+) = {N} cells'$": r"\1 = \2 个格子",
    r"^'(\d+)x(\d+) picture'$": r"\1×\2 的图片",
    r"^'(\d+) pictures'$": r"\1 张图片",
}
FIELDS = {
    r"^steps × seeds × network calls a step$": "步数 × 种子数 × 每步网络调用数",
    r"^steps × pictures × network calls a step$": "步数 × 图片数 × 每步网络调用数",
    r"^axis (.+)$": r"轴 \1",
}
REASON = {re.escape(english.rstrip(".")) + r"\.?": said("zh", english) for english in REASONS.values()}
_PHRASES, _VALUES, _FIELDS = (
    [(re.compile(pattern), told) for pattern, told in table.items()] for table in (PHRASES | REASON, VALUES, FIELDS)
)


def in_chinese(allowed: str) -> str:
    """What is allowed, in Chinese; phrases that are not known stay in English."""
    return said("zh", allowed) if isinstance(allowed, Phrase) else _told(_PHRASES, allowed)


def value_in_chinese(value: object) -> str:
    """A value as a message shows it, in Chinese where our own words stand for it."""
    value = shown(value) if isinstance(shown(value), Phrase) else value
    return said("zh", value) if isinstance(value, Phrase) else _told(_VALUES, shown(value))


def field_in_chinese(field: str) -> str:
    """What names what is wrong, in Chinese where it is no name."""
    return said("zh", field) if isinstance(field, Phrase) else _told(_FIELDS, field)


def _told(table: list, text: str) -> str:
    for pattern, told in table:
        text = pattern.sub(told, text)
    return text
