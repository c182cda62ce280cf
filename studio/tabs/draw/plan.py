"""What the Draw tab is asked for, checked: a request as columns, each with its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipelines import RULES

from ...engine import Frame
from ...page.table import PREVIEW_SIDE, SIDE, data_uri, look
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.notes import Note
from ...recipe.values import short
from ...words import WORDS
from .layers import WAYS, Layer, layers_of

APART = next(name for name, kind in RULES.items() if "conditions" in kind.needs)  # has a strength for what is drawn
QUICK = 10  # steps at the end of a stroke
SETTING = ("world", "prompt", "negative_prompt", "w", "steps", "seeds", "w_condition", "branches")


@dataclass
class Column:
    """One column: what it is told, what it is drawn with, and what is there."""

    key: str
    title: tuple[str, str]
    recipe: Recipe
    frame: Frame | None = None
    figures: list = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        """As the page holds it."""
        frame, final = self.frame, self.frame is not None and self.frame.done and not self.frame.cancelled
        pictures = [
            {
                "src": look(picture, SIDE if final else PREVIEW_SIDE),
                "png": data_uri("png", single.to_png(picture)) if final else "",
            }
            for picture, single in zip(frame.pictures if frame else (), self.recipe.singles, strict=False)
        ]
        told = {"key": self.key, "title": list(self.title), "seeds": list(self.recipe.seeds)}
        return told | {"pictures": pictures, "figures": self.figures}


class Job(NamedTuple):
    """What one request asks for. layers: those that say something. notes: on the others. keep: for the history."""

    columns: list[Column]
    layers: list[Layer]
    notes: tuple[Note, ...]
    keep: bool


def plan(asked: Any) -> Job:
    """What a request asks for, checked. Raises RecipeError."""
    if not isinstance(asked, Mapping):
        raise RecipeError("asked", short(asked), "dictionary", example='{"setting": {}, "layers": []}')
    setting, way, which = asked.get("setting") or {}, asked.get("way") or WAYS[0], asked.get("columns") or "all"
    if not isinstance(setting, Mapping):
        raise RecipeError("setting", short(setting), "dictionary", example='{"prompt": "cat"}')
    if way not in WAYS:
        raise RecipeError("way", short(way), "one_of", names=list(WAYS))
    if which not in ("all", "each"):
        raise RecipeError("columns", short(which), "one_of", names=["all", "each"])
    fields, branches = fields_of(setting)
    layers = layers_of(asked.get("layers") or (), asked.get("reference"))
    told_of = [layer for layer in layers if not layer.empty]
    specs = [layer.condition(way, branches) for layer in told_of]
    plain = Recipe.parse({**fields, "rule": ""}, budget=None)
    whole = Recipe.parse({**fields, "conditions": specs}, budget=None) if specs else plain
    notes = [Note("empty_drawing", {"control": f"choice {layer.kind}"}) for layer in layers if layer.empty]
    if not specs:
        notes = [Note("nothing_told")]
    if which == "all":
        quick = min(QUICK, whole.steps)
        columns = [Column("all", WORDS["column_all" if specs else "column_none"], whole.but(steps=quick))]
    else:
        columns = [Column("none", WORDS["column_none"], plain)] if specs else []
        if len(specs) > 1:
            alone = [Recipe.parse({**fields, "conditions": [spec]}, budget=None) for spec in specs]
            columns += [Column(layer.kind, layer.title, each) for layer, each in zip(told_of, alone, strict=True)]
        title = told_of[0].title if len(specs) == 1 else WORDS["column_all" if specs else "column_none"]
        columns.append(Column("all", title, whole))
    check_budget([column.recipe for column in columns])
    return Job(columns, told_of, tuple(notes), which == "each")


def fields_of(setting: Mapping) -> tuple[dict[str, Any], str]:
    """The fields of a recipe, and to which branches the conditions are told. Raises RecipeError."""
    if wrong := next((name for name in setting if name not in SETTING), None):
        raise RecipeError(str(wrong)[:80], short(setting[wrong]), "fields", names=", ".join(SETTING))
    fields = {name: setting[name] for name in SETTING[:-2] if name in setting}
    two = setting.get("w_condition")
    if two not in (None, ""):
        fields["rule"] = {"name": APART, "w_condition": two}
    return fields, setting.get("branches") or "both"
