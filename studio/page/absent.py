"""Requests that name nothing that is there, or fail where gradio has no answer: told in JSON instead of a bare 500."""

import logging
import re

from fastapi import Request
from fastapi.responses import JSONResponse
from gradio.route_utils import FnIndexInferError

from pipelines.declarations.phrases import Phrase

from ..recipe import RecipeError
from ..recipe.faults import refusal
from ..words import language, say
from .blocks import parameters

CALL = re.compile(r"/gradio_api/(?:call/v2|call|run|api)/([^/]*)/?$")
EVENT = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)$")
log = logging.getLogger(__name__)


async def answer(request: Request, error: Exception) -> JSONResponse:
    """What a program is told when gradio has no answer of its own: what is not there, or that something failed here."""
    fns = request.app.get_blocks().fns.values()
    public = {fn.api_name: fn for fn in fns if fn.api_visibility == "public" and fn.api_name}
    if (call := CALL.search(request.url.path)) and call[1] not in public:
        names = ", ".join(f"/{name}" for name in sorted(public))
        return _refused(request, RecipeError("endpoint", f"/{call[1][:60]}", "one_of", names=names), 404)
    if call and isinstance(error, TypeError) and (name := re.search(r"[Pp]arameter `(.{1,60}?)`", str(error))):
        allowed = Phrase("parameters", name=call[1], names=", ".join(parameters(public[call[1]])))
        return _refused(request, RecipeError(name[1], Phrase("given_argument"), allowed), 400)
    if isinstance(error, KeyError) and request.url.path.endswith("/queue/join"):
        return _refused(request, RecipeError("fn_index", str(error)[:40], "function_number"), 404)
    log.error("A request failed", exc_info=error)
    return JSONResponse({"error": say(_language(request), "failed", reason=type(error).__name__)}, 500)


class KnownEvents:
    """Tells who asks for a call that was never made, or was answered already: gradio would begin an answer and break it off."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        """One request."""
        found = EVENT.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found and not _waits(scope["app"].get_blocks()._queue, found[1]):
            error = RecipeError("event", found[1][:60], "event")
            await _refused(Request(scope), error, 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _waits(queue, event: str) -> bool:
    """Whether there is an answer, or will be: as gradio itself looks for one."""
    held = queue.event_ids_to_events.get(event)
    of = (
        held.session_hash
        if held
        else next((s for s, ids in queue.pending_event_ids_session.items() if event in ids), event)
    )
    return of in queue.pending_messages_per_session


def _refused(request: Request, error: RecipeError, status: int) -> JSONResponse:
    return JSONResponse({"error": refusal(error, _language(request))}, status)


def _language(request: Request) -> str:
    return language(request.headers.get("accept-language"))


ANSWERS = dict.fromkeys((FnIndexInferError, KeyError, TypeError, Exception), answer)  # by what is raised
