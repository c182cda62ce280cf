"""What programs send is looked at before any function is called: as many values as it takes, and no files in them."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.utils import get_function_params

from pipelines.declarations.phrases import Phrase

from ..recipe import RecipeError


class Asked(gr.Blocks):
    """A page whose functions refuse, by name, what none of them can take."""

    def validate_inputs(self, block_fn, inputs: list[Any]) -> None:
        """gradio's own would tell a program nothing, and let more values than there are parameters pass."""
        public = block_fn.api_visibility == "public"
        names = parameters(block_fn) if public else [str(each.elem_id or each._id) for each in block_fn.inputs]
        if len(inputs) < len(names) or public and len(inputs) > len(names):
            kind = "no_values" if not names else "arguments" if public else "inputs"
            said = {"count": len(names), "names": ", ".join(names)[:500], "name": block_fn.api_name}
            raise RecipeError("data", Phrase("given_values", count=len(inputs)), kind, **said)
        for field in files(dict(zip(names, inputs, strict=True))) if public else ():
            raise RecipeError(field[:200], Phrase("given_file"), "plain_json")


def parameters(block_fn) -> list[str]:
    """Names of what an endpoint takes, in order."""
    return [name for name, *_ in get_function_params(block_fn.fn)] if block_fn.fn else []


def files(named: dict[str, Any]) -> Iterator[str]:
    """Where values hold what gradio would take for a file of this machine, {"path": ..., "meta": ...}."""
    left = list(named.items())
    while left:
        field, value = left.pop(0)
        if isinstance(value, dict):
            if "meta" in value and ("path" in value or "url" in value):
                yield field
            left += [(f"{field}.{key}", each) for key, each in value.items()]
        elif isinstance(value, list):
            left += [(f"{field}[{i}]", each) for i, each in enumerate(value)]
