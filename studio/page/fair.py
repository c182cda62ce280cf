"""The queue of a server that many use: a fair share of the places and of the turns for each client, and no work for nobody."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.queueing import Event, Queue
from gradio.server_messages import ProcessCompletedMessage
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse

from ..history.visitors import CLIENT
from ..words import language, say
from .jobs import PAGES

PATIENCE = 10.0  # seconds in which the answer to a call has to be asked for
PAUSE = 10.0  # seconds between two messages in which a reader is still there; a slow network takes long for one
AT_ONCE = 8  # requests of one client that are answered at once, of the 40 that gradio has threads for
WAITING = 200  # that wait for these
STREAMS = 2 * PAGES  # that stay open: each page has two
REMEMBERED = (
    1000  # clients and sessions of which something is known, such as when they had a turn or what became of a call
)


class FairShare:
    """Of what a server does at once, such as its threads, a client has a few: its next requests wait until these are
    answered. Of streams, which stay open, it has as many as there are pages. What is more is refused. Whose request it is
    stands in `CLIENT` meanwhile.
    """

    def __init__(self, app):
        self.app = app
        self._asked: Counter = Counter()  # by client: requests that wait or are answered
        self._open: Counter = Counter()
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def __call__(self, scope, receive, send):
        """One request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        # A call over MCP stays open until it is drawn.
        client, asks = client_of(Request(scope)), scope["method"] == "POST" and "/mcp" not in scope["path"]
        held, most = (self._asked, AT_ONCE + WAITING) if asks else (self._open, STREAMS)
        if held[client] >= most:
            said = say(language(Headers(scope=scope).get("accept-language")), "queue_full")
            return await JSONResponse({"detail": said, "error": said}, 503)(scope, receive, send)
        held[client] += 1
        CLIENT.set(client)
        try:
            if not asks:
                return await self.app(scope, receive, send)
            async with self._gates.setdefault(client, asyncio.Semaphore(AT_ONCE)):
                await self.app(scope, receive, send)
        finally:
            held[client] -= 1
            if not held[client]:
                del held[client]
                if asks:
                    self._gates.pop(client, None)


class Mail(asyncio.Queue):
    """Messages for a session. `read` says whether somebody asks for them."""

    def __init__(self):
        super().__init__()
        self._readers, self._last = 0, -math.inf

    @property
    def read(self) -> bool:
        """Whether somebody waits for the next message, or has just taken one."""
        return self._readers > 0 or time.monotonic() - self._last < PAUSE

    async def get(self) -> Any:
        """The next message."""
        self._readers += 1
        try:
            return await super().get()
        finally:
            self._readers, self._last = self._readers - 1, time.monotonic()


class FairQueue(Queue):
    """Gradio's queue, in which a client is an address, and a session of it.

    Turns: the client whose last turn is longest ago is next, and of its sessions the one whose is. Places: where there is
    none, the client that has most of them gives its newest to one that has fewer, and so do its sessions. A call whose
    answer nobody asks for gets no turn, and loses its place after a while.
    """

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self._turns: OrderedDict[Any, int] = OrderedDict()  # clients and sessions by the number of their last turn
        self._count = itertools.count(1)
        self._sessions: OrderedDict[str, None] = OrderedDict()  # by their last call
        self.ANALYTICS_MAX_EVENTS = REMEMBERED  # gradio goes through all of them after each

    @property
    def waiting(self) -> Iterator[Event]:
        """What has no turn yet, in the order of arrival."""
        return (event for each in self.event_queue_per_concurrency_id.values() for event in each.queue)

    async def push(self, body, request, username):
        """As gradio's own: a call comes in. Whether it has a place, its number or why it has none, and in one word."""
        self._let_go()
        if self.max_size is not None and len(self) >= self.max_size:
            self._make_room(client_of(request), body.session_hash or "")
        found = await super().push(body, request, username)
        if found[0]:
            self._watch(body.session_hash)
        return found

    def get_events(self):
        """Whose turn it is."""
        self._let_go()
        silent = {}
        for name, each in self.event_queue_per_concurrency_id.items():
            read = [event for event in each.queue if self._reads(event.session_hash)]
            silent[name] = [event for event in each.queue if event not in read]
            each.queue[:] = sorted(read, key=self._last_turn)
        found = super().get_events()
        for name, events in silent.items():
            self.event_queue_per_concurrency_id[name].queue += events
        for event in found[0] if found else ():
            number = next(self._count)
            for key in (client_of(event.request), event.session_hash):
                _renew(self._turns, key, number)
        return found

    async def process_events(self, events, *arguments, **named):
        """As gradio's own: the calls whose turn it is are answered, in a task of their own."""
        CLIENT.set(client_of(events[0].request))
        return await super().process_events(events, *arguments, **named)

    def _last_turn(self, event: Event) -> tuple[int, int, float]:
        turns = (self._turns.get(key, 0) for key in (client_of(event.request), event.session_hash))
        return *turns, event.enqueue_time

    def _watch(self, session: str) -> None:
        """From now on it is known whether somebody reads what this session is told. The longest silent are forgotten."""
        old = self.pending_messages_per_session[session]
        if not isinstance(old, Mail):  # nobody reads it before its call is answered
            self.pending_messages_per_session[session] = mail = Mail()
            while not old.empty():
                mail.put_nowait(old.get_nowait())
        used = {event.session_hash for event in self.event_ids_to_events.values()}
        for other in _renew(self._sessions, session, None):
            if other in used or self._reads(other):
                self._sessions[other] = None
            else:
                self.pending_event_ids_session.pop(other, None)
                self.pending_messages_per_session.pop(other, None)

    def _reads(self, session: str) -> bool:
        mail = self.pending_messages_per_session.get(session)
        return isinstance(mail, Mail) and mail.read

    def _let_go(self) -> None:
        """Drop calls whose answers nobody has asked for in time."""
        now = time.monotonic()
        for event in [
            each for each in self.waiting if now - each.enqueue_time > PATIENCE and not self._reads(each.session_hash)
        ]:
            self._drop(event, "unread")

    def _make_room(self, client: str, session: str) -> None:
        """One place, of a client that has more of them than this one will have, or of a session of the same client."""
        waiting = sorted(self.waiting, key=lambda event: event.enqueue_time)
        clients = Counter(client_of(event.request) for event in waiting)
        most, count = max(clients.items(), key=lambda item: (item[1], item[0] != client))
        other = count > clients[client] + 1
        theirs = [event for event in waiting if client_of(event.request) == (most if other else client)]
        sessions = Counter(map(_group, theirs))
        greatest = max(sessions.values(), default=0)
        if other or greatest > sessions[session] + 1:
            self._drop([event for event in theirs if sessions[_group(event)] == greatest][-1], "given_away")

    def _drop(self, event: Event, why: str) -> None:
        """Take its place, and say so to whoever still asks for the answer."""
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        said = say(language(event.request.headers.get("accept-language")), why, seconds=f"{PATIENCE:g}")
        self.send_message(event, ProcessCompletedMessage(output={"error": said}, title="Error", success=False))
        self.event_ids_to_events.pop(event._id, None)


def client_of(request: gr.Request | Any) -> str:
    """The address that a request comes from; behind a proxy on this machine or in its network, the one that it names."""
    host = request.client.host if request.client else ""
    forwarded = (
        request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
    )  # the last is what the proxy itself saw
    try:
        near = not ipaddress.ip_address(host).is_global
    except ValueError:  # no address, such as of a socket
        near = True
    return forwarded if near and forwarded else host


def _group(event: Event) -> str:
    """The session of an open page; "" for all calls of programs that name none."""
    return "" if event.session_hash == event._id else event.session_hash


def _renew(held: OrderedDict, key: Any, value: Any) -> list:
    """Put a key last; gives those that are one too many, which are gone."""
    held[key] = value
    held.move_to_end(key)
    return [held.popitem(last=False)[0] for _ in range(len(held) - REMEMBERED)]
