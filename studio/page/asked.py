"""What programs send is looked at before any function is called: as many values as it takes, and no files in them."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.utils import get_function_params

from ..recipe import RecipeError

FILE = "plain JSON; a picture is its text, 'data:image/png;base64,...'"


class Asked(gr.Blocks):
    """A page whose functions refuse, by name, what none of them can take."""

    def validate_inputs(self, block_fn, inputs: list[Any]) -> None:
        """gradio's own would tell a program nothing, and let more values than there are parameters pass."""
        public = block_fn.api_visibility == "public"
        names = parameters(block_fn) if public else [str(each.elem_id or each._id) for each in block_fn.inputs]
        if len(inputs) < len(names) or public and len(inputs) > len(names):
            by_name = f" in this order, or by name at /gradio_api/call/v2/{block_fn.api_name}" if public else ""
            allowed = f"{len(names)} values{by_name}: {', '.join(names)[:500]}" if names else "no values"
            raise refused(RecipeError("data", f"{len(inputs)} values", allowed))
        for field in files(dict(zip(names, inputs, strict=True))) if public else ():
            raise refused(RecipeError(field[:200], "a file", FILE))


def parameters(block_fn) -> list[str]:
    """Names of what an endpoint takes, in order."""
    return [name for name, *_ in get_function_params(block_fn.fn)] if block_fn.fn else []


def refused(error: RecipeError) -> gr.Error:
    """What a program is told of something that it gave."""
    return gr.Error(str(error), duration=None, print_exception=False)


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
