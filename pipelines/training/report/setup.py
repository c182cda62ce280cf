"""What is asked of a world: the settings that are compared, and the things that are drawn in each of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from ...guidance import RULES, Classifier, ClassifierFree, Semantic
from ...worlds.reference import Reference
from ..captions import with_style


@dataclass(frozen=True)
class Setup:
    """What a world's report compares.

    strengths, gammas: w of classifier-free guidance, and γ of the classifier at w = 0, where γ = 0 is w = 0.
    pulled: the head whose label the classifier pulls to. heads: what the judge is asked, in the tables' order.
    data: what distances are measured to, "train" or "held_out"; the other part is measured like the pictures.
    different: what makes two real pictures different, for near copies: another "name", or just another "picture".
    new_pairs: whether the held-out pictures are of things in a style that no training saw.
    """

    strengths: tuple[float, ...]
    gammas: tuple[float, ...]
    pulled: str
    heads: tuple[str, ...]
    data: str
    different: str
    new_pairs: bool
    n: int = 400
    semantic: float = 40.0


EMOJI = Setup((0, 1, 2, 4), (1, 3, 10), "group", ("group", "subgroup", "style"), "train", "name", True)
SETUPS = {
    "emoji": EMOJI,
    "latent": replace(EMOJI, heads=("group", "subgroup")),  # the judge that is lent does not know all hands
    "fashion": Setup(
        (0, 0.25, 0.5, 1, 2, 4), (0.25, 0.5, 1, 3, 10), "class", ("class",), "held_out", "picture", False, n=1000
    ),
}


@dataclass(frozen=True)
class Thing:
    """One thing to ask for; labels: head -> what the judge should say."""

    prompt: str
    name: str
    labels: dict[str, str]


@dataclass(frozen=True)
class Setting:
    """How pictures are made. told: "seen" pairs, "held_out" pairs or "nothing". count: of so many things; 0 all."""

    w: float = 0.0
    gamma: float = 0.0
    semantic: float = 0.0
    told: str = "seen"
    weak: str = ""  # the folder of the weak network of auto-guidance, then w is its
    count: int = 0

    def __str__(self) -> str:
        if self.told == "nothing":
            return "no prompt"
        parts = [
            f"w = {self.w:g}",
            f"γ = {self.gamma:g}" * bool(self.gamma),
            f"CLIP γ = {self.semantic:g}" * bool(self.semantic),
            f"away from `{self.weak}`" * bool(self.weak),
            "held-out pairs" * (self.told == "held_out"),
        ]
        return ", ".join(part for part in parts if part)

    def arguments(self, things: list[Thing], pulled: str) -> dict:
        """Of the pipeline, for these things: prompt, rules, pulls."""
        if self.told == "nothing":
            return dict(prompt=[""] * len(things))
        rules = [RULES["Auto"](self.w)] if self.weak else [ClassifierFree(self.w)]
        pulls = (
            [Classifier(self.gamma, tuple(f"{pulled}:{thing.labels[pulled]}" for thing in things))]
            if self.gamma
            else []
        )
        pulls += [Semantic(self.semantic, tuple(thing.prompt for thing in things))] if self.semantic else []
        return dict(prompt=[thing.prompt for thing in things], rules=rules, pulls=pulls)


def things(pictures: Reference, n: int, seed: int) -> list[Thing]:
    """n of the things that these pictures show, drawn by a seed, each at most once as long as there are enough."""
    rng, total = random.Random(seed), len(pictures.names)
    rows = rng.sample(range(total), n) if n <= total else rng.choices(range(total), k=n)
    found = []
    for row in rows:
        labels = {head: names[row] for head, names in pictures.labels.items()}
        name = pictures.names[row]
        found.append(Thing(with_style(name, labels.get("style")), name, labels))
    return found
