"""What a person should know about a run beside its pictures, in every language. No torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..words import LANGUAGES, WORDS, say

if TYPE_CHECKING:
    from .recipe import Recipe

TOLD = {"no_condition", "no_step", "never_asked", "same_texts"}  # why a rule does nothing
# Why pictures are others than the words of a recipe say.
OTHER = {"left_out", "weaker", "weaker_step", "no_step", "no_step_inside", "never_asked"}
TOLD_NEGATIVE = {"no_branch", "no_negative"}


@dataclass(frozen=True)
class Note:
    """Something a person should know about a run. `key` names the sentence in the words of the page.

    `values` fill it; "control" and "sampler" are the keys of words themselves.
    """

    key: str
    values: dict[str, str] = field(default_factory=dict)

    def said(self, lang: str) -> str:
        """The sentence in a language; a control in it is called as the page calls it."""
        named = {name: _called(self.values[name], lang) for name in ("control", "sampler") if name in self.values}
        return say(lang, self.key, **self.values | named)

    def __str__(self) -> str:
        return self.said("en")

    def as_dict(self) -> dict[str, Any]:
        """As programs are told it: "key", its values, and the sentence by language."""
        return {"key": self.key, **self.values, **{lang: self.said(lang) for lang in LANGUAGES}}


def _called(name: str, lang: str) -> str:
    pair = WORDS.get(f"rule {name}") or WORDS.get(name) or (name,) * len(LANGUAGES)
    return pair[LANGUAGES.index(lang)]


def once(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Notes in their order, each different one once."""
    return tuple({(note.key, *sorted(note.values.items())): note for note in notes}.values())


def inactive(recipe: Recipe, effects: Iterable, told: Iterable[Note] = ()) -> tuple[Note, ...]:
    """Notes on the controls that are known to have changed nothing. effects: those of a run's last step.

    told: what was said before the run; a rule that does not guide, at w = 0, is no surprise.
    """
    known, idle = {note.key for note in told}, {note.values.get("control") for note in told if note.key == "idle"}
    names, wrappers = [], []
    for effect in effects:
        if not effect.none or effect.name in idle:
            continue
        if effect.kind == "wrapper":
            wrappers.append(effect.name)
        elif effect.kind == "pull":
            names.append(effect.name)
        elif effect.kind == "rule" and recipe.rule.evaluations > 1 and known.isdisjoint(TOLD):
            names.append(recipe.rule_name)
        elif effect.kind == "negative_prompt" and known.isdisjoint(TOLD_NEGATIVE):
            names.append(effect.name)
    found = {"no_effect": names, "no_difference": wrappers}
    return tuple(Note(key, {"control": name}) for key, names in found.items() for name in dict.fromkeys(names))
