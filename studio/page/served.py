"""Where the page meets the network: room for links of any length, and an answer in JSON where gradio has none but a bare 500."""

from __future__ import annotations

import logging
import re
from typing import Any

import gradio as gr
from fastapi import Request
from fastapi.responses import JSONResponse
from gradio.route_utils import FnIndexInferError
from starlette.middleware import Middleware

from pipelines.declarations.phrases import Phrase

from ..recipe import RecipeError
from ..recipe.faults import refusal
from ..words import language, say
from .blocks import parameters
from .fair import FairShare

HEADERS = 2_200_000  # bytes of the head of a request: browsers send addresses of up to two million
QUERY = 48_000  # characters of a query that gradio is given: its own limit is 65,536 for the whole address
VALUE = 20_000  # of one value; more than any field of a recipe may have, so that it is told as too long
CALL = re.compile(r"/gradio_api/(?:call/v2|call|run|api)/([^/]*)/?$")
EVENT = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/([^/]+)$")
log = logging.getLogger(__name__)


def app_options() -> dict[str, Any]:
    """For the application that gradio makes."""
    return dict(
        middleware=[Middleware(FairShare), Middleware(ShortQueries), Middleware(KnownEvents)],
        exception_handlers=ANSWERS,
    )


def serve(demo: gr.Blocks, **options) -> str:
    """Launch, with room for long links; gives the address. It does not wait: see `Blocks.block_thread`."""
    _, url, _ = demo.launch(prevent_thread_lock=True, **options)
    demo.server.config.h11_max_incomplete_event_size = HEADERS
    return url


class ShortQueries:
    """Cuts values of a query that are longer than any field may be: the page is shown, and says which they were."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        """One request."""
        if scope["type"] == "http" and len(scope["query_string"]) > QUERY:
            scope = {**scope, "query_string": shortened(scope["query_string"])}
        await self.app(scope, receive, send)


def shortened(query: bytes) -> bytes:
    """At most `QUERY` bytes: values cut, then the last fields left out."""
    kept, room = [], QUERY
    for part in query.split(b"&"):
        name, equals, value = part.partition(b"=")
        if len(value) > VALUE:
            value = re.sub(rb"%[0-9A-Fa-f]?$", b"", value[:VALUE])  # no half of a letter's digits
        room -= len(name) + len(equals) + len(value) + 1
        if room < 0:
            break
        kept.append(name + equals + value)
    return b"&".join(kept)


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
