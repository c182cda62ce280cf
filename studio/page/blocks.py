"""The page as gradio serves it, and the edge where errors and files leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from pipelines.declarations.options import OptionError

from ..recipe.faults import refusal
from ..words import language, say
from ..words.reasons import reason_of, without_folders
from .asked import Asked
from .fair import FairQueue
from .files import Files

UPLOADS = 200  # files of visitors, each at most as large as `launch_options` allows


class Page(Asked):
    """Every error leaves it as a sentence that says the reason, in the language of the request, and nothing of where
    things lie on this machine. files: those that programs and visitors are given.
    """

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.files = Files(get_upload_folder)
        self.upload_file_set = Files(get_upload_folder, UPLOADS)
        self.temp_file_sets[0] = self.upload_file_set
        self.temp_file_sets.append(self.files)

    def queue(self, *arguments, **named) -> Page:
        """As gradio's own, with a fair share for everybody."""
        super().queue(*arguments, **named)
        made = self._queue
        about = (made.live_updates, made.max_thread_count, made.update_intervals, made.max_size)
        self._queue = FairQueue(*about, self, made.default_concurrency_limit)
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


def _language(request: gr.Request | Sequence[gr.Request] | None) -> str:
    one = request[0] if isinstance(request, Sequence) and request else request
    headers = getattr(one, "headers", None) or {}
    return language(headers.get("accept-language"))
