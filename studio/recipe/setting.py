"""How a picture is guided: by a rule, pulls and conditions, and what a person calls that."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipelines.conditions import Conditioning
from pipelines.guidance import Pull, Rule

from ..words import WORDS
from .conditions import word_of
from .flat import gammas, pulls_with
from .specs import PLAIN, plain, pulls_of, rule_of


class Guided:
    """What is to be said of a rule, pulls and conditions, whatever else is there."""

    rule: Rule
    pulls: tuple[Pull, ...]
    conditions: tuple[Conditioning, ...]

    @property
    def w(self) -> float:
        """The strength of the rule."""
        return getattr(self.rule.base, self.rule.base.strength)

    @property
    def gamma_classifier(self) -> float:
        """γ of the classifier that pulls to the category; 0 without one."""
        return gammas(self.pulls)[0]["gamma_classifier"]

    @property
    def gamma_clip(self) -> float:
        """γ of the CLIP that pulls to the prompt; 0 without one."""
        return gammas(self.pulls)[0]["gamma_clip"]

    @property
    def numbers(self) -> tuple[float, float, float]:
        """w, γ of the classifier and γ of CLIP."""
        return (self.w, *gammas(self.pulls)[0].values())

    @property
    def further(self) -> tuple[Pull, ...]:
        """The pulls beyond these two."""
        return gammas(self.pulls)[1]

    @property
    def rule_name(self) -> str:
        """Name of the base rule, without what is around it."""
        return type(self.rule.base).__name__

    @property
    def compares(self) -> bool:
        """Whether the rule compares the prompt with none, or with the negative prompt."""
        return "null" in self.rule.base.needs

    @property
    def unguided(self) -> bool:
        """Whether the rule is at the strength at which it does nothing."""
        return self.rule.only == "conditional"

    @property
    def title(self) -> str:
        """Key of the words for the head of the column."""
        return f"rule_{self.kind}" if self.kind != "other" else f"rule {self.rule_name}"

    @property
    def kind(self) -> str:
        """How it guides in one word, which gives the column its colour."""
        _, classifier, clip = self.numbers
        if self.further:
            return "mixed"
        if self.rule_name != PLAIN:
            return "mixed" if classifier or clip else "other"
        bare = "unguided" if self.rule.inert else "unconditional" if self.rule.only == "null" else ""
        if classifier and clip:
            return "mixed"
        if classifier or clip:
            return "mixed" if not bare else "classifier" if classifier else "clip"
        return bare or "classifier_free"

    @property
    def short(self) -> str:
        """The numbers in one line: both conventions of w, and what γ there is. In English."""
        return self.said(0)

    def said(self, language: int) -> str:
        """`short` in a language, by its place in `words.LANGUAGES`."""
        w, classifier, clip = self.numbers
        rule = self.rule
        drawn = [WORDS.get(f"rule {word_of(each)}", WORDS.get(word_of(each)))[language] for each in self.conditions]
        if self.kind in ("classifier", "clip") and rule == plain(0.0):
            return " · ".join([f"γ = {classifier or clip:g}", *drawn]).replace("-", "−")
        name, course = rule.strength_option.label, rule.course
        if course != (w,):
            parts = [f"{name} = {course[0]:g} → {course[-1]:g}"]
        else:
            parts = [f"w = {w:g} (s = {w + 1:g})" if self.rule_name == PLAIN else f"{name} = {w:g}"]
        if self.kind == "mixed" and self.rule_name != PLAIN:
            parts.insert(0, WORDS[f"rule {self.rule_name}"][language])
        parts += filter(None, (around.short for around in rule.around))
        for pull in self.further:
            parts.append(f"{WORDS[f'rule {type(pull).__name__}'][language]} γ = {pull.gamma:g}")
        parts += [f"{name} = {value:g}" for name, value in (("γ", classifier), ("γ CLIP", clip)) if value]
        return " · ".join(parts + drawn).replace("-", "−")


class _Setting(NamedTuple):
    rule: Rule = plain(0.0)
    pulls: tuple[Pull, ...] = ()
    conditions: tuple[Conditioning, ...] = ()  # drawn on another tab; no control of the Play tab changes them


class Setting(_Setting, Guided):
    """How one column guides, as a recipe has it; everything else is shared by the columns."""

    __slots__ = ()

    @classmethod
    def of(
        cls, w: float = 0.0, gamma_classifier: float = 0.0, gamma_clip: float = 0.0, rule: Any = "", pulls: Any = ()
    ) -> Setting:
        """From what controls hold."""
        numbers = {"gamma_classifier": gamma_classifier, "gamma_clip": gamma_clip}
        return cls(rule_of(rule, w), pulls_with(numbers, pulls_of(pulls)))


def setting_of(recipe: Guided) -> Setting:
    """How a recipe guides."""
    return Setting(recipe.rule, recipe.pulls, recipe.conditions)
