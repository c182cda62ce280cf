"""What can be compared: several rules over each other, each along its own strength; or any one or two options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines import CONDITIONS, PULLS, RULES
from pipelines.declarations.options import OptionError, options_of

from ...recipe import Recipe
from ...recipe.availability import lacking, unavailable
from ...recipe.specs import FLAT, SAMPLERS
from ...sweeps import Axis, Sweep

# Name, kind, what the rule is, the option along the curve and its values. All begin where nothing guides, w = 0.
CURVES = (
    ("classifier", "classifier", {"w": 0.0}, "gamma_classifier", (0, 1, 3, 6, 12)),
    ("clip", "clip", {"w": 0.0}, "gamma_clip", (0, 20, 40, 80, 160)),
    ("classifier_free", "classifier_free", {}, "w", (0, 0.5, 1, 2, 4)),
    ("Auto", "other", {"rule": {"name": "Auto"}}, "w", (0, 0.5, 1, 2, 4)),
    ("Projected", "other", {"rule": {"name": "Projected"}}, "w", (0, 1, 2, 4, 8)),
    ("Perturbed", "other", {"rule": {"name": "Perturbed"}}, "w", (0, 0.5, 1, 2, 4)),
)
FIVE = 5  # Perturbed only where the world has no weak model, or lacks another part
NEEDS = {"classifier": "classifier", "clip": "clip"}
PLAIN = {"w": 0.0, "gamma_classifier": 0.0, "gamma_clip": 0.0, "rule": None, "pulls": []}
COMMON = (
    "w",
    "gamma_classifier",
    "gamma_clip",
    "steps",
    "eta",
    "sampler",
    "rule",
    "prompt",
    "style",
    "negative_prompt",
)
SUGGESTED = {
    "w": "0, 0.5, 1, 2, 4",
    "gamma_classifier": "0, 1, 3, 6, 12",
    "gamma_clip": "0, 20, 40, 80, 160",
    "steps": "4, 8, 16, 25",
    "eta": "0, 0.5, 1",
    "sampler": "DDIM, DDPM, Heun",
    "rule": "ClassifierFree, Projected, CFGZeroStar",
    "prompt": "red apple; smiling cat",
    "style": "flat; 3d",
    "negative_prompt": "red; blue",
    "upsample": "0",
}


def curves_of(world: str) -> list[tuple[str, str, dict, Axis]]:
    """Five rules that work in a world, where there are so many."""
    absent, out = lacking(world), unavailable(world)
    able = [each for each in CURVES if NEEDS.get(each[0], each[0]) not in {*absent, *out}]
    return [(name, kind, PLAIN | changes, Axis(path, values)) for name, kind, changes, path, values in able[:FIVE]]


def rules_sweep(base: Recipe, prompts, budget: int | None) -> Sweep:
    """The rules of `curves_of` over each other, with the seeds, steps and sampler of a recipe."""
    return Sweep.of_curves(base, curves_of(base.world), prompts, budget)


def options_for(recipe: Recipe) -> list[tuple[str, str]]:
    """Paths that can be axes of a recipe, the common ones first, each after what it is called: a key of the words, or a
    text for what is inside a rule, a pull or a sampler.
    """
    said = recipe.flat()
    found = {name: name for name in COMMON if name != "eta" or said["sampler"] == "DDIM"}
    rule, path = said["rule"], "rule"
    while isinstance(rule, Mapping):
        for option in options_of(RULES[rule["name"]]):
            if option.name != getattr(RULES[rule["name"]], "strength", "") and option.kind in ("number", "choice"):
                found[f"{path}.{option.name}"] = f"{rule['name']}: {option.label or option.name}"
        rule, path = rule.get("rule"), f"{path}.rule"
    for field, registry in (("pulls", PULLS), ("conditions", CONDITIONS)):
        for i, entry in enumerate(said[field]):
            for option in options_of(registry[entry["name"]]):
                if option.kind in ("number", "choice"):
                    found[f"{field}.{i}.{option.name}"] = (
                        f"{entry['name']}{_kind(entry)}: {option.label or option.name}"
                    )
    for option in options_of(SAMPLERS[said["sampler"]]):
        if option.name not in FLAT.get(said["sampler"], ()) and option.kind in ("number", "choice"):
            found[f"sampler_options.{option.name}"] = f"{said['sampler']}: {option.label or option.name}"
    return [(label, path) for path, label in found.items()]


def _kind(entry: Mapping) -> str:
    """Which map a condition is of: there may be several of one name."""
    kinds = [option for option in options_of(CONDITIONS.get(entry["name"], Recipe)) if option.name == "kind"]
    return f" ({entry.get('kind', kinds[0].default)})" if kinds else ""


def suggested(path: Any) -> str:
    """Values to begin with, which the entry allows beside its other options at their defaults."""
    if path in SUGGESTED:
        return SUGGESTED[path]
    name = str(path).split(".")[-1]
    for registry in (RULES, PULLS, CONDITIONS, SAMPLERS):
        for kind in registry.values():
            for option in options_of(kind):
                if option.name == name and option.kind == "choice":
                    return ", ".join(option.choices)
                if option.name == name and option.kind == "number":
                    low, high = max(option.low, -20), min(option.high, 20)
                    values = (low, (low + high) // 2 if option.whole else (low + high) / 2, high)
                    return ", ".join(f"{value:g}" for value in values if _allowed(kind, name, value))
    return ""


def _allowed(kind: type, name: str, value: float) -> bool:
    try:
        kind(**{name: value})
    except OptionError:
        return False
    return True
