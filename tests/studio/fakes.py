"""A world without weights: coloured pictures at once, through the real engine. Nothing here imports torch.

from tests.studio.fakes import FakeEngine
engine = FakeEngine()                    # 5 ms a step; FakeEngine(seconds_per_step=0.2) to look at progress
"""

import json
import time
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PIL import Image

from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.measures import mean_distance
from pipelines.evaluation.sets import Seen
from studio.engine import Engine
from studio.engine.seen import NUMBERS, Moment, Scores

SIZE = 64

VOCABULARY = {
    "words": {
        "en": [
            "animals",
            "apple",
            "cat",
            "cat face",
            "face",
            "flat",
            "food",
            "fruit",
            "green apple",
            "grinning face",
            "red",
            "red apple",
            "smile",
            "smiling",
            "whale",
            "car",
            "shoe",
            "running shoe",
        ],
        "zh": ["动物", "食物", "水果", "红苹果", "青苹果", "微笑", "猫", "猫脸", "鲸鱼", "汽车", "跑鞋"],
    },
    "names": [
        {"en": "red apple", "zh": "红苹果", "group": 1, "subgroup": 1, "emoji": "🍎", "pictures": 5},
        {"en": "green apple", "zh": "青苹果", "group": 1, "subgroup": 1, "emoji": "🍏", "pictures": 5},
        {"en": "cat", "zh": "猫", "group": 0, "subgroup": 0, "emoji": "🐈", "pictures": 5},
        {"en": "whale", "zh": "鲸鱼", "group": 0, "subgroup": 2, "emoji": "🐋", "pictures": 5},
        {"en": "grinning face", "zh": "嘿嘿", "group": 2, "subgroup": 3, "emoji": "😀", "pictures": 5},
        {"en": "running shoe", "zh": "跑鞋", "group": 3, "subgroup": 4, "emoji": "👟", "pictures": 5},
        {"en": "automobile", "zh": "汽车", "group": 4, "subgroup": 5, "emoji": "🚗", "pictures": 5},
    ],
    "labels": {
        "en": {
            "group": ["animals", "food", "smileys", "objects", "travel"],
            "subgroup": ["mammal", "fruit", "sea animal", "smiling face", "clothing", "land vehicle"],
            "style": ["fluent", "flat", "noto", "twemoji", "3d"],
        },
        "zh": {
            "group": ["动物", "食物", "表情", "物品", "旅行"],
            "subgroup": ["哺乳动物", "水果", "海洋动物", "笑脸", "服装", "陆地交通工具"],
            "style": ["渐变", "扁平", "诺托", "推特", "立体"],
        },
    },
    "styles": {
        "fluent": {"en": "fluent", "zh": "渐变"},
        "flat": {"en": "flat", "zh": "扁平"},
        "noto": {"en": "noto", "zh": "诺托"},
        "twemoji": {"en": "twemoji", "zh": "推特"},
        "3d": {"en": "3d", "zh": "立体"},
    },
    "licences": {},
}


def install_vocabulary(folder: Path, monkeypatch) -> Path:
    """Make `folder` the place of the worlds, with a small vocabulary for "emoji". Returns the file."""
    file = Path(folder) / "emoji" / "vocabulary.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(VOCABULARY, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr("studio.recipe.vocabulary.WORLDS", Path(folder))
    return file


def install_upsampler(file: Path) -> None:
    """Let the world of that vocabulary have an upsampler, as far as its index says."""
    index = {"upsampler": ["pipelines.networks.upsampler", "Upsampler"]}
    Path(file).with_name("model_index.json").write_text(json.dumps(index), encoding="utf-8")


class FakeWorld:
    """A disc on white: colour from the text and what is drawn, place from the seed, size from w, γ and rule."""

    def __init__(self, seconds_per_step: float = 0.005):
        self.seconds_per_step, self.begun, self.ended = seconds_per_step, 0, 0
        self._counter = SimpleNamespace(calls=0)
        self.drawn = 0  # pictures that were drawn together

    @contextmanager
    def counting(self):
        """Counts the evaluations of the network on one picture."""
        self._counter = SimpleNamespace(calls=0)
        yield self._counter

    def steps(self, recipe, reading):
        """Like the pipeline's: one item a step, with the picture as (B, SIZE, SIZE, 3) floats in [0, 1]."""
        self.begun += 1
        try:
            clean = np.stack([_disc(recipe, reading.text, seed) for seed in recipe.seeds])
            noise = np.stack([np.random.default_rng(seed).random((SIZE, SIZE, 3)) for seed in recipe.seeds])
            for index in range(recipe.steps):
                time.sleep(self.seconds_per_step)
                self._counter.calls += len(recipe.seeds) * recipe.rule.evaluations
                share = (index + 1) / recipe.steps
                yield SimpleNamespace(index=index, total=recipe.steps, x=share * clean + (1 - share) * noise)
        finally:
            self.ended += 1

    def watch(self, recipe, reading):
        """Moments of the same run; what is measured of a step is its number."""
        b = len(recipe.seeds)
        before = [np.random.default_rng(seed).random((SIZE, SIZE, 3)) for seed in recipe.seeds]
        steps = self.steps(recipe, reading)
        with self.counting() as counter, closing(steps):
            for step in steps:
                noise = 1 - step.index / step.total
                now, before = np.stack(before), step.x
                heat = abs(recipe.w) / 10 * step.x.mean(-1)
                numbers = {name: np.full(b, float(step.index)) for name in NUMBERS}
                level = (1 - noise**2) ** 0.5 + 1e-9, noise
                extra = b * (step.index + 1) if recipe.rule.evaluations == 1 else 0
                yield Moment(
                    step.index, step.total, *level, _bytes(now), _bytes(step.x), heat, numbers, 1, counter.calls, extra
                )
            yield Moment(
                step.total, step.total, 1.0, 0.0, _bytes(before), _bytes(before), 0 * heat, {}, 0, counter.calls, extra
            )

    def together(self, recipes, readings):
        """The steps of several recipes at once, in the time of one."""
        pace, self.drawn = self.seconds_per_step, self.drawn + sum(len(recipe.seeds) for recipe in recipes)
        counter, self._counter = self._counter, SimpleNamespace(calls=0)
        self.seconds_per_step = 0
        try:
            runs = [self.steps(*each) for each in zip(recipes, readings, strict=True)]
            for steps in zip(*runs, strict=True):
                time.sleep(pace)
                yield list(steps)
        finally:
            self.seconds_per_step, self._counter = pace, counter

    def upsample(self, step, recipe, reading):
        """Two steps; each pixel becomes four."""
        for index in range(2):
            time.sleep(self.seconds_per_step)
            self._counter.calls += len(recipe.seeds)
            yield SimpleNamespace(index=index, total=2, x=step.x.repeat(2, 1).repeat(2, 2))

    def preview(self, step):
        """(B, ...) -> B pictures."""
        return [Image.fromarray(x) for x in _bytes(step.x)]

    final = preview

    @property
    def judging(self):
        """Made-up judges of finished pictures."""
        return FakeJudging()

    def score(self, step, reading):
        """Made up, but shaped like the real ones."""
        n = len(step.x)
        hits = round(0.8 * n)
        judged = reading.label is not None
        return Scores(
            n,
            hits / n if judged else None,
            wilson(hits, n) if judged else None,
            25.0 if reading.text else None,
            mean_distance(step.x.reshape(n, -1)) if n > 1 else None,
            label=reading.label,
            clip_by="judge",
        ), ()


def _bytes(x) -> np.ndarray:
    return (255 * x).round().astype(np.uint8)


class FakeJudging:
    """Sees mean colours; believes in a label the more the larger the disc is."""

    data = None
    clip = "made up"

    def embed(self, pictures):
        """Mean colours of four parts, of length 1."""
        arrays = np.stack([np.asarray(picture.convert("RGB").resize((2, 2)), float).ravel() for picture in pictures])
        return arrays / np.linalg.norm(arrays, axis=1, keepdims=True)

    def zero_shot(self, picture, sentences, noise=0.0):
        """Believes in the first sentence, the less the more noise there is."""
        share = 1 / len(sentences) + (1 - noise) * (0.9 - 0.9 / len(sentences))
        rest = [(1 - share) / max(len(sentences) - 1, 1)] * (len(sentences) - 1)
        return {"guide": [share, *rest], "judge": [1 / len(sentences)] * len(sentences)}

    def real_clip(self, name):
        if "broken" in name:
            raise RuntimeError(f"The CLIP {name!r} cannot be loaded.")

    def look(self, pictures, groups, readings, clip=""):
        arrays = np.stack([np.asarray(picture, float) / 255 for picture in pictures])
        inside = (arrays.min(-1) < 0.999).mean((1, 2))
        sure = np.clip(0.4 + inside, 0, 1)
        wanted = [("group", 0) if reading.label else None for reading in readings]
        return Seen(
            arrays[:, ::8, ::8].reshape(len(arrays), -1),
            {"group": np.stack([sure, 1 - sure], axis=1)},
            np.asarray(groups, int),
            [wanted[group] for group in groups],
            inside / 2 if clip else inside,
        )


def _disc(recipe, text: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng([seed, *text.encode()])
    colour = np.random.default_rng(list("".join((text, *map(str, recipe.conditions))).encode()) or 0).random(3)
    y, x = np.mgrid[:SIZE, :SIZE]
    strength = abs(recipe.w) + abs(recipe.gamma_classifier) / 10 + abs(recipe.gamma_clip) / 100
    radius = (
        8 + 3 * min(strength, 5) + 2 * (type(recipe.rule).__name__ != "ClassifierFree") + 4 * len(recipe.conditions)
    )
    middle = rng.uniform(24, 40, 2)
    inside = ((x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2)[..., None]
    return np.where(inside, colour, 1.0)


class FakeEngine(Engine):
    """The real engine over a FakeWorld."""

    def __init__(self, seconds_per_step: float = 0.005, seconds_to_load: float = 0.0):
        self.fake = FakeWorld(seconds_per_step)

        def open_world(name: str) -> FakeWorld:
            time.sleep(seconds_to_load)
            return self.fake

        super().__init__(open_world)
