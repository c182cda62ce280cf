"""A queue that many use: nobody takes all places or turns, and nothing is drawn for nobody."""

import asyncio
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from starlette.datastructures import Headers

from studio import frame as wiring
from studio.history.visitors import CLIENT
from studio.page import fair
from studio.page.fair import FairQueue, FairShare, client_of
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

PLACES = 8
PATIENCE = 2.0  # seconds; a busy machine takes its time
LATE = PATIENCE + 0.5


@pytest.fixture
def served(monkeypatch):
    """A page with 8 places that waits for readers; the first request of a test finds the engine idle."""
    monkeypatch.setattr(fair, "PATIENCE", PATIENCE)
    monkeypatch.setattr(fair, "PAUSE", PATIENCE)
    engine = FakeEngine(seconds_per_step=0.02)
    demo = wiring.build(engine).queue(max_size=PLACES)
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    with httpx.Client(base_url=f"{url}gradio_api/", timeout=60) as http:
        yield SimpleNamespace(demo=demo, queue=demo._queue, drawn=engine.fake, http=http)
    demo.close()


def post(served, client, steps=3, **body):
    """A call of /generate with one seed, from this address."""
    return served.http.post(
        "call/v2/generate", json={"steps": steps, "seeds": [1], **body}, headers={"x-forwarded-for": client}
    )


def read(served, event):
    """Everything that is told of a call: the last kind of event, and its data."""
    lines = [line for line in served.http.get(f"call/generate/{event}").text.splitlines() if line]
    return lines[-2].removeprefix("event: "), json.loads(lines[-1].removeprefix("data: "))


def event_of(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["event_id"]


def test_one_who_never_reads_neither_fills_the_queue_nor_is_drawn(served):
    assert isinstance(served.queue, FairQueue)
    answers = [post(served, "9.9.9.9").status_code for _ in range(40)]
    assert answers.count(200) == PLACES and set(answers[PLACES:]) == {503}  # no more than there are
    kind, data = read(served, event_of(post(served, "1.2.3.4")))  # another finds a place at once
    assert kind == "complete" and len(data[0]) == 1 and served.drawn.begun == 1
    for _ in range(5):  # it goes on
        post(served, "9.9.9.9")
    assert read(served, event_of(post(served, "1.2.3.4")))[0] == "complete"
    time.sleep(LATE)
    assert read(served, event_of(post(served, "1.2.3.4")))[0] == "complete"
    assert served.drawn.begun == served.drawn.ended == 3 and len(served.queue) == 0  # its places are free again


def test_who_asks_too_late_is_told(served):
    late = event_of(post(served, "9.9.9.9"))
    time.sleep(LATE)
    for language, words in (("en", 0), ("zh", 1)):
        event = event_of(
            served.http.post("call/v2/generate", json={"seeds": [1]}, headers={"accept-language": language})
        )
        time.sleep(LATE)
        kind, data = read(served, event)
        assert kind == "error" and data["error"] == WORDS["unread"][words].format(seconds=f"{PATIENCE:g}")
    assert read(served, late)[0] == "error" and served.drawn.begun == 0


def test_turns_go_round_and_within_a_client_by_arrival(served, monkeypatch):
    monkeypatch.setattr(fair, "PATIENCE", 60.0)
    order, threads, asked, steps = [], [], threading.Event(), served.drawn.steps

    def held(recipe, reading):
        """Nothing is drawn before all have asked."""
        order.append(recipe.seeds[0])
        asked.wait(60)
        yield from steps(recipe, reading)

    monkeypatch.setattr(served.drawn, "steps", held)

    def ask(client, seed):
        event = event_of(post(served, client, seeds=[seed]))
        threads.append(threading.Thread(target=read, args=(served, event)))
        threads[-1].start()

    for seed in range(5):
        ask("9.9.9.9", seed)
    ask("1.2.3.4", 10), ask("1.2.3.4", 11)
    while len(waits := [served.queue._reads(each.session_hash) for each in list(served.queue.waiting)]) < 6 or not all(
        waits
    ):
        time.sleep(0.01)
    asked.set()
    for thread in threads:
        thread.join()
    assert order == [0, 10, 1, 11, 2, 3, 4]  # not behind all five


def test_a_place_is_given_away_and_its_owner_told(served):
    busy = event_of(post(served, "5.5.5.5", steps=100))
    reader = threading.Thread(target=read, args=(served, busy))
    reader.start()
    while not served.drawn.begun:
        time.sleep(0.01)
    told = []
    threads = [
        threading.Thread(target=lambda e=event_of(post(served, "9.9.9.9")): told.append(read(served, e)))
        for _ in range(PLACES)
    ]
    for thread in threads:
        thread.start()
    assert read(served, event_of(post(served, "1.2.3.4")))[0] == "complete"
    for thread in [*threads, reader]:
        thread.join()
    lost = [data["error"] for kind, data in told if kind == "error"]
    assert lost == [WORDS["given_away"][0]] and len(told) == PLACES


def test_sessions_of_one_address_share_its_places_too(served):
    """Such as of a school, or of a proxy that names nobody."""
    for _ in range(PLACES):
        post(served, "7.7.7.7")
    busy = [post(served, "7.7.7.7").status_code for _ in range(3)]
    number, fn = next((i, fn) for i, fn in served.demo.fns.items() if fn.api_name == "generate")
    body = {"fn_index": number, "session_hash": "page", "data": [block.value for block in fn.inputs]}
    joined = served.http.post("queue/join", json=body, headers={"x-forwarded-for": "7.7.7.7"})
    assert busy == [503] * 3 and joined.status_code == 200, joined.text


def test_what_is_kept_of_calls_is_bounded(served, monkeypatch):
    monkeypatch.setattr(fair, "REMEMBERED", 5)
    monkeypatch.setattr(fair, "PATIENCE", 0.0)
    for i in range(30):
        post(served, f"9.9.9.{i}", session_hash=None)
        time.sleep(0.01)
    kept = (served.queue.pending_messages_per_session, served.queue.pending_event_ids_session, served.queue._sessions)
    assert all(len(each) <= 6 for each in kept) and len(served.queue.event_ids_to_events) <= 1


@pytest.mark.parametrize(
    "host, forwarded, client",
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.7", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("testclient", "1.1.1.1", "1.1.1.1"),
    ],
)
def test_a_client_is_an_address_and_cannot_name_itself_from_afar(host, forwarded, client):
    headers = Headers({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_of(SimpleNamespace(client=SimpleNamespace(host=host), headers=headers)) == client


def asked(app, client, method="POST", path="/gradio_api/component_server"):
    """A request of a client to an application; gives the status of its answer."""
    scope = {"type": "http", "method": method, "path": path, "client": (client, 1), "headers": [], "query_string": b""}
    told = []

    async def send(message):
        told.append(message)

    async def request():
        await app(scope, None, send)
        return told[0].get("status", 200) if told else 200

    return request()


def test_of_what_is_done_at_once_a_client_has_a_few():
    """Gradio has 40 threads: who asks for more than a few answers at once waits for these, and nobody else does."""
    doing, most, closed = Counter(), Counter(), asyncio.Event()

    async def app(scope, receive, send):
        client = scope["client"][0]
        doing[client] += 1
        most[client] = max(most[client], doing[client])
        await closed.wait() if client == "8.8.8.8" else await asyncio.sleep(0)
        doing[client] -= 1

    async def all_of_them():
        share = FairShare(app)
        many = [asyncio.create_task(asked(share, "8.8.8.8")) for _ in range(60)]
        await asyncio.sleep(0.01)
        assert doing["8.8.8.8"] == fair.AT_ONCE < 40
        assert await asyncio.wait_for(asked(share, "1.1.1.1"), 1) == 200
        more = [asyncio.create_task(asked(share, "8.8.8.8")) for _ in range(fair.WAITING)]
        await asyncio.sleep(0.01)
        refused = [each for each in more if each.done()]
        assert len(refused) == 60 - fair.AT_ONCE and {each.result() for each in refused} == {503}
        closed.set()
        assert await asyncio.gather(*many) == [200] * 60
        await asyncio.gather(*more)
        assert most["8.8.8.8"] == fair.AT_ONCE and not share._asked and not share._gates  # nothing is kept of them

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test before this one leaves its loop running in this thread
        elsewhere.submit(asyncio.run, all_of_them()).result()


def test_of_streams_that_stay_open_a_client_has_those_of_all_pages():
    closed = asyncio.Event()

    async def app(scope, receive, send):
        await closed.wait()

    async def all_of_them():
        share = FairShare(app)
        streams = [
            asyncio.create_task(asked(share, "8.8.8.8", "GET", "/gradio_api/queue/data")) for _ in range(fair.STREAMS)
        ]
        calls = [asyncio.create_task(asked(share, "8.8.8.8", path="/gradio_api/mcp/")) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert [each.result() for each in calls] == [503] * 5  # a call over MCP is one too
        other = asyncio.create_task(asked(share, "1.1.1.1", "GET", "/gradio_api/queue/data"))
        mine = asyncio.create_task(asked(share, "8.8.8.8"))
        await asyncio.sleep(0.01)
        assert not other.done() and not mine.done()
        closed.set()
        assert set(await asyncio.gather(*streams, other, mine)) == {200} and not share._open

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test before this one leaves its loop running in this thread
        elsewhere.submit(asyncio.run, all_of_them()).result()


def test_whose_work_it_is_is_known_to_what_runs_and_to_what_comes_in(served, monkeypatch):
    """In a call that waited in the queue, and in an upload: by it files and open pages are shared out."""
    put, seen = type(served.demo.files).put, Counter()

    def told(*given):
        seen[CLIENT.get()] += 1
        return put(*given)

    monkeypatch.setattr(type(served.demo.files), "put", told)
    for client in ("9.9.9.9", "1.2.3.4"):
        assert read(served, event_of(post(served, client)))[0] == "complete"
        answer = served.http.post("upload", files={"files": client.encode()}, headers={"x-forwarded-for": client})
        assert answer.status_code == 200
    assert seen == {"9.9.9.9": 1, "1.2.3.4": 1}
    assert sorted(served.demo.upload_file_set._client.values()) == ["1.2.3.4", "9.9.9.9"]
