"""Where the page meets the network: room for links of any length."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from .absent import ANSWERS, KnownEvents
from .fair import FairShare

HEADERS = 2_200_000  # bytes of the head of a request: browsers send addresses of up to two million
QUERY = 48_000  # characters of a query that gradio is given: its own limit is 65,536 for the whole address
VALUE = 20_000  # of one value; more than any field of a recipe may have, so that it is told as too long


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
