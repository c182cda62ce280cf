"""One way to make an endpoint: its function says what is its own, and the recipe's schema all the rest.

From these come the signature and the docstring, which gradio reads, and the schema of each parameter, for its API page,
`/gradio_api/info` and MCP; and the recipes with which the function is called. Files for programs are sent from here too.
"""

import inspect
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from operator import or_
from typing import Any, Literal

import gradio as gr
from gradio_client.utils import python_type_to_json_schema

from ..history import Histories, entering
from ..page.files import Files
from ..recipe import FIELDS, Recipe, RecipeError
from ..recipe.faults import faults_of, inside, together
from ..recipe.recipe import NOTES
from ..recipe.values import short
from ..words import language, say
from ..words.reasons import reason_of

# Programs may give values by their place: so the fields of a recipe stand, and new ones come last.
ORDER = (
    *("prompt", "style", "category", "w", "gamma_classifier", "gamma_clip", "sampler", "eta", "steps", "seeds"),
    *("negative_prompt", "world", "upsample", "rule", "pulls", "sampler_options", "variance", "route", "conditions"),
    *("version", "revision", NOTES),
)
UNREAD = "What an answer said of the recipe; not read, so that a recipe that was returned can be given again."
MAX_RECIPES = 64
PLAIN = {"number": float, "integer": int, "boolean": bool, "string": str, "null": None}
NUMBERS = {"number": "numbers", "integer": "whole numbers"}


def endpoint(function: Callable, order: Sequence[str] = (), **defaults: Any) -> None:
    """Give programs a function of the page that is being made, under its own name.

    function: takes the request, then recipes, which its type hints call `Recipe` or `list[Recipe]`, and what else it
    needs, described under `Args:`. A generator waits in the queue of all that draw.
    order: where it is given, the fields of the recipe are parameters of the endpoint, and these begin in this order;
    elsewhere a recipe is a dictionary. defaults: of fields, where they are others than the recipe's.

    Raises:
        KeyError: when a parameter is not described.
    """
    about, told = _documented(function)
    _, *own = inspect.signature(function).parameters.values()
    taken: dict[str, tuple[Any, dict]] = {}  # by name: type and schema
    for each in own:
        apart = order and each.annotation is Recipe
        taken |= _fields(defaults) if apart else {each.name: _parameter(each, told[each.name])}
    taken = {name: taken[name] for name in dict.fromkeys((*order, *taken))}

    def read(values: Sequence[Any]) -> dict[str, Any]:
        given = dict(zip(taken, values, strict=True))
        if order:
            (name,) = (each.name for each in own if each.annotation is Recipe)
            return {name: Recipe.parse({field: given.pop(field) for field in (*FIELDS, NOTES)})} | given
        return given | _recipes(given, {each.name: each.annotation for each in own})

    def once(request, *values):
        return function(request, **read(values))

    def stepwise(request, *values):
        yield from function(request, **read(values))

    draws = inspect.isgeneratorfunction(function)
    made, place = stepwise if draws else once, partial(inspect.Parameter, kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [place("request", annotation=gr.Request)]
    parameters += [place(name, annotation=hint, default=said["default"]) for name, (hint, said) in taken.items()]
    made.__name__ = function.__name__
    made.__annotations__ = {each.name: each.annotation for each in parameters}
    made.__signature__ = inspect.Signature(parameters, return_annotation=function.__annotations__["return"])
    made.__doc__ = "\n".join(
        (about, "", "Args:", *(f"    {name}: {said['description']}" for name, (_, said) in taken.items()))
    )
    made.schemas = {name: said for name, (_, said) in taken.items()}  # for the page, as gradio reads types alone
    queued = dict(concurrency_id="engine", concurrency_limit=1) if draws else dict(queue=False)
    gr.api(made, api_name=made.__name__, **queued)


def _documented(function: Callable) -> tuple[str, dict[str, str]]:
    """What a docstring says of the function, and of each parameter."""
    about, _, arguments = inspect.getdoc(function).partition("\n\nArgs:\n")
    found = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", arguments, re.M)
    return about, {name: " ".join(text.split()) for name, text in found}


def _fields(defaults: dict[str, Any]) -> dict[str, tuple[Any, dict]]:
    """Every field of a recipe, and its notes."""
    told, made = Recipe.schema()["properties"], {}
    for name, said in told.items():
        hint, default = _hint(said), said["default"]
        default = defaults.get(name, "" if default in (None, {}) else default)
        text = {"title": said["title"], "description": _said(said), "default": default}
        made[name] = hint, python_type_to_json_schema(hint) | text
    notes = {"title": "Notes", "description": UNREAD, "default": []}
    return made | {NOTES: (list[dict], python_type_to_json_schema(list[dict]) | notes)}


def _parameter(own: inspect.Parameter, text: str) -> tuple[Any, dict]:
    """A parameter of a function that is no field of a recipe."""
    title = {"title": own.name, "description": text}
    if own.annotation not in (Recipe, list[Recipe]):
        return own.annotation, python_type_to_json_schema(own.annotation) | title | {"default": own.default}
    fields = _fields({})
    recipe = {"type": "object", "properties": {name: schema for name, (_, schema) in fields.items()}}
    if own.annotation is Recipe:
        return dict, recipe | title | {"default": {}}
    return list[dict], {"type": "array", "items": recipe} | title | {"default": []}


def _hint(schema: dict[str, Any]) -> Any:
    """The type of what a JSON schema allows; what is a list or dictionary may also be written as text."""
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if several := schema.get("anyOf", schema.get("oneOf")):
        return reduce(or_, map(_hint, several))
    if schema.get("type") == "array":
        return list[_hint(schema["items"])] | str
    return PLAIN[schema["type"]] if schema.get("type") in PLAIN else dict | str


def _said(schema: dict[str, Any]) -> str:
    """What a field is, and what is allowed in it."""
    of = schema.get("items", schema)
    if "minimum" in of:
        count = f"{schema['minItems']} to {schema['maxItems']} " if of is not schema else ""
        allowed = f"{count}{NUMBERS[of['type']]} from {of['minimum']} to {of['maximum']}"
    elif "maxItems" in schema:
        allowed = f"at most {schema['maxItems']}"
    elif "maxLength" in schema and "enum" not in schema:
        allowed = f"at most {schema['maxLength']} characters"
    else:
        return schema["description"]
    return f"{schema['description']} Allowed: {allowed}."


def _recipes(given: dict[str, Any], hints: dict[str, Any]) -> dict[str, Recipe | list[Recipe]]:
    """The recipes among what is given; what is wrong with any of them is told with its place, all at once."""
    faults, found = [], {}

    def one(path: str, raw: Any) -> Recipe | None:
        try:
            with inside(path):
                return Recipe.parse(raw, budget=None)
        except RecipeError as error:
            return faults.extend(faults_of(error))

    for name, hint in hints.items():
        if hint is Recipe:
            found[name] = one(name, given[name])
        elif hint == list[Recipe]:
            if not isinstance(given[name], list) or not 1 <= len(given[name]) <= MAX_RECIPES:
                raise RecipeError(name, short(given[name]), "recipe_list", most=MAX_RECIPES)
            found[name] = [one(f"{name}[{i}]", each) for i, each in enumerate(given[name])]
    if faults:
        raise together(faults)
    return found


def sent(files: Files, name: str, content: bytes) -> gr.FileData:
    """A file that the caller can fetch. Raises OSError when it cannot be written."""
    return gr.FileData(path=files.put(name, content), orig_name=name, mime_type=mimetypes.guess_type(name)[0])


@contextmanager
def sending(request: gr.Request, histories: Histories | None = None, columns: Iterable[tuple] = ()) -> Iterator[None]:
    """Files are written inside. When that fails, the pictures stay in the history, where everybody has the same one,
    and the caller is told why. columns: recipe, pictures and scores, as `History.add_new` takes them.
    """
    try:
        yield
    except OSError as error:
        lang, key = language(request.headers.get("accept-language")), "unsent"
        if histories is not None and not histories.private:
            columns = list(columns)
            lost = entering(histories[None], lambda history: history.add_new(columns)) if columns else ()
            key = "unsent_kept" if columns and not lost else "unsent"
        raise gr.Error(say(lang, key, reason=reason_of(error)), duration=None) from error
