"""The page as gradio serves it: the edge where values come in, and where errors and files leave it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.utils import get_function_params, get_upload_folder

from pipelines.declarations.options import OptionError
from pipelines.declarations.phrases import Phrase

from ..recipe import RecipeError
from ..recipe.faults import refusal
from ..words import language, say
from ..words.reasons import reason_of, without_folders
from .fair import FairQueue
from .files import Files

UPLOADS = 200  # files of visitors, each at most as large as `launch_options` allows


class Page(gr.Blocks):
    """Its functions refuse, by name, what none of them can take; every error leaves it as a sentence that says the reason,
    in the language of the request, and nothing of where things lie on this machine. files: those that programs and
    visitors are given.
    """

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.files = Files(get_upload_folder)
        self.upload_file_set = Files(get_upload_folder, UPLOADS)
        self.temp_file_sets[0] = self.upload_file_set
        self.temp_file_sets.append(self.files)

    def queue(self, api_open: bool = False, max_size: int | None = None) -> Page:
        """As gradio's own, with a fair share for everybody. api_open: whether a direct call of what is queued is answered,
        though it would neither wait nor go on.

        Gradio's also builds the server's routes, each time; they are built where the page is complete, and by `launch`.
        """
        self.api_open = api_open
        self._queue = FairQueue(True, self.max_threads, 1, max_size, self, "not_set")
        return self

    def forget(self, request: gr.Request) -> None:
        """A page was closed: let go of the copy of the page's settings that gradio keeps for each."""
        self.state_holder.session_data.pop(request.session_hash, None)

    def get_api_info(self, *arguments, **named) -> dict[str, Any]:
        """As gradio's own, with all that an endpoint says of its parameters."""
        info = super().get_api_info(*arguments, **named)
        schemas = {f"/{fn.api_name}": getattr(fn.fn, "schemas", {}) for fn in self.fns.values()}
        for name, endpoint in info["named_endpoints"].items():
            for each in endpoint["parameters"]:
                if schema := schemas[name].get(each["parameter_name"]):
                    each["python_type"]["description"] = schema["description"]
                    each |= {"label": schema["title"], "type": schema}
        return info

    def validate_inputs(self, block_fn, inputs: list[Any]) -> None:
        """gradio's own would tell a program nothing, and let more values than there are parameters pass."""
        public = block_fn.api_visibility == "public"
        names = parameters(block_fn) if public else [str(each.elem_id or each._id) for each in block_fn.inputs]
        if len(inputs) < len(names) or public and len(inputs) > len(names):
            kind = "no_values" if not names else "arguments" if public else "inputs"
            said = {"count": len(names), "names": ", ".join(names)[:500], "name": block_fn.api_name}
            raise RecipeError("data", Phrase("given_values", count=len(inputs)), kind, **said)
        for field in _files(dict(zip(names, inputs, strict=True))) if public else ():
            raise RecipeError(field[:200], Phrase("given_file"), "plain_json")

    async def process_api(self, block_fn, inputs, state=None, request=None, *rest, **named) -> dict[str, Any]:
        """As gradio's own: one call of one function, for the page and for programs."""
        try:
            return await super().process_api(block_fn, inputs, state, request, *rest, **named)
        except gr.Error as error:
            error.message = without_folders(str(error.message))
            raise
        except OptionError as error:  # what the caller gave
            raise gr.Error(refusal(error, _language(request)), duration=None, print_exception=False) from error
        except Exception as error:
            raise gr.Error(say(_language(request), "failed", reason=reason_of(error))) from error


def parameters(block_fn) -> list[str]:
    """Names of what an endpoint takes, in order."""
    return [name for name, *_ in get_function_params(block_fn.fn)] if block_fn.fn else []


def _files(named: dict[str, Any]) -> Iterator[str]:
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


def _language(request: gr.Request | Sequence[gr.Request] | None) -> str:
    one = request[0] if isinstance(request, Sequence) and request else request
    headers = getattr(one, "headers", None) or {}
    return language(headers.get("accept-language"))
