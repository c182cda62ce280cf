"""The recipe: everything that determines a row of pictures, and the one validator of all that comes in.

Page, URL, API and PNG import go through `Recipe.parse` and its siblings. Neither torch nor gradio is imported here.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pipelines.options import OptionError, choice, number, options_of, text

from .vocabulary import vocabulary, worlds

MAX_SEEDS = 16
MAX_SEED = 2**32 - 1
MAX_COLUMNS = 8
BUDGET = 8000  # evaluations of a network on one picture, at about 5 ms each on two cores: under a minute
MAX_JSON = 16_384  # characters
MAX_PNG = 20_000_000  # bytes
MAX_PIXELS = 16_000_000
CHUNK = "recipe"
SEEDS_ALLOWED = f"1 to {MAX_SEEDS} different whole numbers from 0 to {MAX_SEED}, as '3, 5, 9' or '4 from 100'"


class RecipeError(OptionError):
    """Something a recipe does not allow. `.field`, `.value` and `.allowed` say what, and so does the message."""


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a row of pictures. Built directly or by `parse`, it is always valid.

    Raises:
        RecipeError: naming the field, the value and what is allowed.
    """

    world: str = text("emoji", max_length=60, label="World", help="The trained model that draws.")
    prompt: str = text("", label="Prompt", help="What to draw, in English or Chinese. Empty: anything.")
    negative_prompt: str = text("", label="Negative prompt", help="What to move away from when w is above 0.")
    style: str = text("", max_length=60, label="Style", help="The hand that draws; empty: any.")
    category: str = text("", max_length=60, label="Category", help="The class for classifier guidance; empty: by the prompt.")
    w: float = number(2.0, low=-1, high=20, step=0.1, label="w (s = 1 + w)",
                      help="Classifier-free strength: -1 unconditional, 0 conditional, above 0 guided.")
    gamma_classifier: float = number(0.0, low=-50, high=50, step=0.5, label="γ classifier",
                                     help="How hard the classifier pulls towards the category.")
    gamma_clip: float = number(0.0, low=-500, high=500, step=5, label="γ CLIP",
                               help="How hard the similarity of picture and prompt pulls.")
    sampler: str = choice("DDIM", ("DDIM", "DDPM"), label="Sampler", help="DDIM: few steps. DDPM: noise at every step.")
    eta: float = number(0.0, low=0, high=1, step=0.05, label="η", help="Noise in DDIM: 0 none, 1 as much as DDPM.")
    variance: str = choice("beta_tilde", ("beta_tilde", "beta"), label="DDPM variance", help="σ² of a DDPM step.")
    route: str = choice("score", ("score", "mean"), label="Route of γ", help="Where a DDPM step adds the gradient.")
    steps: int = number(25, low=1, high=250, step=1, label="Steps", help="More steps: slower, a little cleaner.")
    seeds: tuple[int, ...] = (0, 1, 2, 3)

    def __post_init__(self):
        for option in options_of(type(self)):
            value = _checked(option, getattr(self, option.name))
            object.__setattr__(self, option.name, value)
        object.__setattr__(self, "seeds", parse_seeds(self.seeds))
        if self.world not in worlds():
            raise RecipeError("world", self.world, "one of " + ", ".join(map(repr, worlds())))
        for name in ("style", "category"):
            object.__setattr__(self, name, _known(self.world, name, getattr(self, name)))

    @classmethod
    def parse(cls, raw: Mapping[str, Any], *, budget: int | None = BUDGET) -> Recipe:
        """A recipe from untrusted values; what is missing is taken from the defaults.

        budget: largest `cost` that is allowed; None for no limit.
        """
        if not isinstance(raw, Mapping):
            raise RecipeError("recipe", _short(raw), "a mapping of field names to values")
        for name in raw:
            if name not in FIELDS:
                near = get_close_matches(str(name)[:80], FIELDS, n=1)
                raise RecipeError(str(name)[:80], _short(raw[name]),
                                  (f"did you mean {near[0]!r}? " if near else "") + "the fields are " + ", ".join(FIELDS))
        recipe = cls(**raw)
        if budget is not None:
            check_budget([recipe], budget)
        return recipe

    @property
    def calls_per_step(self) -> int:
        """Evaluations of a network on one picture in one step: two branches when w guides, one more for each pull."""
        return 1 + (self.w not in (-1.0, 0.0)) + (self.gamma_classifier != 0) + (self.gamma_clip != 0)

    @property
    def cost(self) -> int:
        """steps × seeds × calls per step."""
        return self.steps * len(self.seeds) * self.calls_per_step

    def but(self, **changes) -> Recipe:
        """The same recipe with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> str:
        """One line of JSON with every field."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, content: str, *, budget: int | None = BUDGET) -> Recipe:
        """The inverse of `to_json`; fields may be missing."""
        return cls.parse(_read_json(content), budget=budget)

    def to_query(self) -> str:
        """URL query with what differs from the defaults, without '?'."""
        changed = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        if "seeds" in changed:
            changed["seeds"] = ",".join(map(str, self.seeds))
        return urlencode(changed, safe=",")

    @classmethod
    def from_query(cls, query: str | Mapping[str, str], *, budget: int | None = BUDGET) -> Recipe:
        """The inverse of `to_query`: every value is text. Names that begin with '_' belong to others and are skipped."""
        if isinstance(query, str):
            if len(query) > MAX_JSON:
                raise RecipeError("query", query, f"at most {MAX_JSON} characters")
            try:
                pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=100)
            except ValueError as error:
                raise RecipeError("query", query[:60], f"a URL query ({error})") from error
        else:
            pairs = list(query.items())
        pairs = [(name, value) for name, value in pairs if not str(name).startswith("_")]
        raw = dict(pairs)
        if len(raw) != len(pairs):
            twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
            raise RecipeError(twice, raw[twice], "given once only")
        numbers = {option.name for option in options_of(cls) if option.kind == "number"}
        return cls.parse({k: _parse_number(k, v) if k in numbers else v for k, v in raw.items()}, budget=budget)

    def to_png(self, image) -> bytes:
        """A PIL picture as PNG, with the recipe in a text chunk."""
        from PIL.PngImagePlugin import PngInfo

        chunk, file = PngInfo(), io.BytesIO()
        chunk.add_itxt(CHUNK, self.to_json())
        image.save(file, "PNG", pnginfo=chunk)
        return file.getvalue()

    @classmethod
    def from_png(cls, content: bytes, *, budget: int | None = BUDGET) -> Recipe:
        """The recipe inside a PNG. Its pixels are never decoded."""
        from PIL import Image

        allowed = f"a PNG saved by this studio, at most {MAX_PNG / 1e6:g} MB and {MAX_PIXELS / 1e6:g} megapixels"
        if not isinstance(content, (bytes, bytearray)) or len(content) > MAX_PNG:
            raise RecipeError("png", f"{type(content).__name__} of {len(content or '')}", allowed)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                    width, height = image.size
                    found = image.info.get(CHUNK)
        except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
            raise RecipeError("png", f"{len(content)} bytes ({type(error).__name__})", allowed) from error
        if width * height > MAX_PIXELS or not isinstance(found, str):
            raise RecipeError("png", f"{width}x{height} picture {'with' if found else 'without'} recipe", allowed)
        return cls.from_json(found, budget=budget)

    @property
    def hash(self) -> str:
        """16 hexadecimal digits, the same for equal recipes."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


FIELDS = tuple(f.name for f in fields(Recipe))
OPTIONS = {option.name: option for option in options_of(Recipe)}


def check_budget(recipes: Iterable[Recipe], budget: int = BUDGET) -> None:
    """Whether recipes that run one after another stay within the joint budget. Raises RecipeError naming the fields."""
    recipes = list(recipes)
    if not 1 <= len(recipes) <= MAX_COLUMNS:
        raise RecipeError("columns", len(recipes), f"1 to {MAX_COLUMNS} columns")
    total = sum(recipe.cost for recipe in recipes)
    if total > budget:
        parts = " + ".join(f"{r.steps}×{len(r.seeds)}×{r.calls_per_step}" for r in recipes)
        raise RecipeError("steps × seeds × network calls a step", f"{parts} = {total}", f"at most {budget} in all; "
                          "take fewer steps or seeds, or set w, gamma_classifier or gamma_clip to 0")


def parse_seeds(value: Any) -> tuple[int, ...]:
    """Seeds from '3, 5, 9', '4 from 100', one number or a list of numbers. Raises RecipeError."""
    items = _seed_items(value)
    if items is None or not 1 <= len(items) <= MAX_SEEDS:
        raise RecipeError("seeds", _short(value), SEEDS_ALLOWED)
    seeds = tuple(_seed(item, value) for item in items)
    if len(set(seeds)) != len(seeds):
        raise RecipeError("seeds", _short(value), SEEDS_ALLOWED)
    return seeds


def _seed_items(value: Any) -> list | None:
    if isinstance(value, str):
        run = re.fullmatch(r"\s*(\d{1,10})\s*(?:from|从)\s*(\d{1,10})\s*", value[:400], re.ASCII | re.IGNORECASE)
        if run:
            count, first = map(int, run.groups())
            return list(range(first, first + count)) if count <= MAX_SEEDS else None
        words = [word for word in re.split(r"[\s,，、;；\[\]()]+", value[:400]) if word]
        return [int(word) if re.fullmatch(r"\d{1,10}", word, re.ASCII) else None for word in words]
    if isinstance(value, (list, tuple)):
        return list(value)
    return [value]


def _seed(item: Any, value: Any) -> int:
    whole = isinstance(item, int) or isinstance(item, float) and item.is_integer()
    if isinstance(item, bool) or not whole or not 0 <= item <= MAX_SEED:
        raise RecipeError("seeds", _short(value), SEEDS_ALLOWED)
    return int(item)


def _checked(option, value: Any) -> Any:
    if isinstance(value, int) and abs(value) > 2**64:
        raise RecipeError(option.name, f"a number of {value.bit_length()} bits", option.allowed)
    try:
        value = option.check(value)
    except OptionError as error:
        raise RecipeError(error.field, error.value, error.allowed) from None
    if option.kind == "text":
        return _clean(option, value)
    return value + 0.0 if isinstance(value, float) else value  # -0.0 becomes 0.0


def _clean(option, value: str) -> str:
    """Spaces made single; what cannot be seen or sent refused."""
    value = re.sub(r"[ \t\r\n\u3000]+", " ", value).strip()
    bad = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs") or c in "\u202a\u202b\u202d\u202e\ufeff"), None)
    if bad is not None:
        raise RecipeError(option.name, ascii(value), f"{option.allowed}, without control characters such as U+{ord(bad):04X}")
    return value


def _known(world: str, name: str, value: str) -> str:
    """The key of a style or category, or RecipeError with what comes near it."""
    if not value:
        return value
    words = vocabulary(world)
    found = words.style(value) if name == "style" else words.category(value)
    if found is not None:
        return found
    table = {key: zh for key, (_, zh) in words.styles.items()} if name == "style" else words.categories
    near = get_close_matches(value.lower(), [*table, *table.values()], n=3, cutoff=0.5)
    near += [zh for zh in table.values() if set(zh) & set(value) and zh not in near][: 3 - len(near)]
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    allowed = list(table) if len(table) <= 12 else [*list(table)[:9], f"... ({len(table)} in all)"]
    raise RecipeError(name, value, hint + "empty or one of " + ", ".join(allowed))


def _parse_number(name: str, value: str) -> float | int:
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})(e[+-]?\d{1,3})?", value.strip(),
                                                      re.ASCII | re.IGNORECASE):
        raise RecipeError(name, _short(value), OPTIONS[name].allowed)
    return float(value)


def _read_json(content: str) -> Any:
    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field is given twice")
        return dict(pairs)

    if not isinstance(content, str) or len(content) > MAX_JSON:
        raise RecipeError("recipe", _short(content), f"JSON text of at most {MAX_JSON} characters")
    try:
        return json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError("recipe", _short(content), f"JSON text ({error})") from error


def _short(value: Any) -> Any:
    """A value fit for an error message: numbers and short texts as they are, anything else in few characters."""
    if isinstance(value, int) and abs(value) > 2**64:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, (bool, int, float, type(None))):
        return value
    if isinstance(value, str):
        return value[:60]
    if isinstance(value, (list, tuple)):
        shown = [[] if isinstance(each, (list, tuple)) else each for each in value[:6]]
        return [_short(each) for each in shown] + (["..."] if len(value) > 6 else [])
    return type(value).__name__
