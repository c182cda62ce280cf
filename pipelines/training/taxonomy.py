"""Styles, groups and subgroups: their keys in the sources, and their words in English and Chinese.

A label is unique over all three heads, so that a label alone says which head it belongs to.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """One class: `key` in the source, `label` shown and predicted, `phrase` with its article, `zh` in Chinese."""

    key: str
    label: str
    phrase: str
    zh: str


def _kinds(table: str) -> dict[str, Kind]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {row[0]: Kind(*row) for row in rows}


def bare(phrase: str) -> str:
    """A phrase without its article: 'an animal' -> 'animal'."""
    return phrase.removeprefix("an ").removeprefix("a ")


def _phrases(table: str) -> dict[str, Kind]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {key: Kind(key, bare(phrase), phrase, zh) for key, phrase, zh in rows}


STYLES = _kinds("""
    fluent  | fluent  | fluent  | 渐变
    flat    | flat    | flat    | 扁平
    noto    | noto    | noto    | 诺托
    twemoji | twemoji | twemoji | 推特
    3d      | 3d      | 3d      | 立体
""")

# Hands that came later; the world of pixels was trained without them.
LATER_STYLES = _kinds("""
    blob       | blob       | blob       | 团子
    emojione   | emojione   | emojione   | 一号
    firefox    | firefox    | firefox    | 火狐
    streamline | streamline | streamline | 流线
""")
ALL_STYLES = STYLES | LATER_STYLES

GROUPS = _kinds("""
    smileys-emotion | smileys    | a smiley    | 表情
    people-body     | people     | people      | 人物
    animals-nature  | animals    | an animal   | 动物
    food-drink      | food       | food        | 食物
    travel-places   | travel     | travel      | 旅行
    activities      | activities | an activity | 活动
    objects         | objects    | an object   | 物品
    symbols         | symbols    | a symbol    | 符号
    flags           | flags      | a flag      | 旗帜
""")

# The Chinese is written for prompts: the messages of the source mix scripts and mistake some senses ("light video").
SUBGROUPS = _phrases("""
    face-smiling           | a smiling face         | 笑脸
    face-affection         | a loving face          | 爱慕的脸
    face-tongue            | a face with tongue out | 吐舌头的脸
    face-hand              | a face with a hand     | 带手势的脸
    face-neutral-skeptical | a skeptical face       | 怀疑的脸
    face-sleepy            | a sleepy face          | 困倦的脸
    face-unwell            | an unwell face         | 生病的脸
    face-hat               | a face with a hat      | 戴帽子的脸
    face-glasses           | a face with glasses    | 戴眼镜的脸
    face-concerned         | a worried face         | 担忧的脸
    face-negative          | an angry face          | 愤怒的脸
    face-costume           | a costume face         | 装扮的脸
    cat-face               | a cat face             | 猫脸
    monkey-face            | a monkey face          | 猴脸
    heart                  | a heart                | 爱心
    emotion                | an emotion             | 情绪
    hand-fingers-open      | an open hand           | 张开的手
    hand-fingers-partial   | a hand sign            | 手势
    hand-single-finger     | a pointing finger      | 指向的手指
    hand-fingers-closed    | a closed hand          | 握拳的手
    hands                  | two hands              | 双手
    hand-prop              | a hand holding         | 拿东西的手
    body-parts             | a body part            | 身体部位
    person                 | a person               | 人
    person-gesture         | a person gesturing     | 做手势的人
    person-role            | a person at work       | 职业人物
    person-fantasy         | a fantasy person       | 奇幻人物
    person-activity        | an active person       | 活动中的人
    person-sport           | a person doing sport   | 运动的人
    person-resting         | a resting person       | 休息的人
    family                 | a family               | 家庭
    person-symbol          | a person symbol        | 人形符号
    animal-mammal          | a mammal               | 哺乳动物
    animal-bird            | a bird                 | 鸟
    animal-amphibian       | an amphibian           | 两栖动物
    animal-reptile         | a reptile              | 爬行动物
    animal-marine          | a sea animal           | 海洋动物
    animal-bug             | a bug                  | 昆虫
    plant-flower           | a flower               | 花
    plant-other            | a plant                | 植物
    food-fruit             | a fruit                | 水果
    food-vegetable         | a vegetable            | 蔬菜
    food-prepared          | a meal                 | 饭菜
    food-asian             | asian food             | 亚洲食物
    food-sweet             | a sweet                | 甜食
    drink                  | a drink                | 饮料
    dishware               | tableware              | 餐具
    place-map              | a map                  | 地图
    place-geographic       | a landscape            | 风景
    place-building         | a building             | 建筑
    place-religious        | a religious place      | 宗教场所
    place-other            | a place                | 地点
    transport-ground       | a land vehicle         | 陆地交通工具
    transport-water        | a boat                 | 船
    transport-air          | an aircraft            | 飞行器
    hotel                  | a hotel                | 旅馆
    time                   | a clock                | 时钟
    sky-weather            | sky and weather        | 天空和天气
    event                  | a celebration          | 庆典
    award-medal            | an award               | 奖牌
    sport                  | a sport                | 体育
    game                   | a game                 | 游戏
    arts-crafts            | arts and crafts        | 艺术和手工
    clothing               | clothing               | 服装
    sound                  | a sound                | 声音
    music                  | music                  | 音乐
    musical-instrument     | a musical instrument   | 乐器
    phone                  | a phone                | 电话
    computer               | a computer             | 电脑
    light-video            | light and film         | 灯光和影像
    book-paper             | books and paper        | 书和纸
    money                  | money                  | 钱
    mail                   | mail                   | 邮件
    writing                | a writing tool         | 书写工具
    office                 | an office supply       | 办公用品
    lock                   | a lock                 | 锁
    tool                   | a tool                 | 工具
    science                | science                | 科学
    medical                | medicine               | 医疗
    household              | a household item       | 家居用品
    other-object           | an odd object          | 其他物品
    transport-sign         | a traffic sign         | 交通标志
    warning                | a warning              | 警告
    arrow                  | an arrow               | 箭头
    religion               | a religious symbol     | 宗教符号
    zodiac                 | a zodiac sign          | 星座
    av-symbol              | a media button         | 播放按钮
    gender                 | a gender symbol        | 性别符号
    math                   | a math sign            | 数学符号
    punctuation            | punctuation            | 标点
    currency               | a currency symbol      | 货币符号
    other-symbol           | an odd symbol          | 其他符号
    keycap                 | a keycap               | 键帽
    alphanum               | a letter button        | 字母按钮
    geometric              | a geometric shape      | 几何图形
    flag                   | a signal flag          | 信号旗
    country-flag           | a country flag         | 国旗
    subdivision-flag       | a region flag          | 地区旗
""")
