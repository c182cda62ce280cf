"""What the page sends may be older than what it was last told, or of no kind at all: answered, and never a failure."""

import itertools

import httpx
import pytest

from studio import frame as wiring
from tests.studio.fakes import FakeEngine

EVENT = {
    "column": 0,
    "id": 1,
    "to": 0,
    "on": True,
    "png": "",
    "side": "a",
    "recipe": {},
    "seed": 0,
    "source": "nowhere",
}
FRESH = itertools.count()


@pytest.fixture(scope="module")
def page():
    demo = wiring.build(FakeEngine(seconds_per_step=0.001))
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    with httpx.Client(base_url=f"{url}gradio_api/", timeout=60) as client:
        yield demo, client
    demo.close()


def numbered(demo, name):
    """The first event of the page whose function is called so."""
    return next(i for i, fn in demo.fns.items() if fn.fn is not None and fn.fn.__name__ == name and not fn.queue)


def values(demo, number, change=lambda component, value: value):
    """What the page would send at first."""
    first = {"state": None, "dataset": 0}
    held = [
        (block, first.get(block.get_block_name(), getattr(block, "value", None))) for block in demo.fns[number].inputs
    ]
    return [change(block, value) for block, value in held]


def send(client, number, data, session):
    body = {"fn_index": number, "data": data, "session_hash": session, "event_data": EVENT}
    return client.post("run/predict", json=body)


def held(**by_id):
    """Other values of some controls, known by their ids on the page."""
    return lambda component, old: by_id.get(component.elem_id, old)


def test_a_value_of_the_world_before_is_answered_although_the_menus_are_another_worlds(page):
    """A click just after the choice of a world, before the page was told its menus."""
    demo, client = page
    world = numbered(demo, "world")
    for before, style, category in (("memory", "flat", ""), ("memory", "", "animals"), ("fashion", "flat", "animals")):
        session = f"s{next(FRESH)}"
        assert send(client, world, values(demo, world, held(world=before)), session).status_code == 200
        for name in ("world", "begin", "add", "choose", "settle", "show", "entered"):
            number = numbered(demo, name)
            answer = send(client, number, values(demo, number, held(style=style, category=category)), session)
            assert answer.status_code == 200, (name, answer.text)


WRONG = {  # as a page may hold for a moment, or one of an older studio that is still open
    "dropdown": ["not there", "", None],
    "radio": ["not there", None],
    "slider": [1e9, -1e9, None],
    "number": [1e9, None],
    "textbox": [None, "x" * 1000],
    "checkbox": [None],
    "colorpicker": ["red", None],
}


def test_no_event_of_the_page_fails_whatever_a_control_holds(page):
    """Every event that is answered at once, with each of its controls wrong in turn by kind."""
    demo, client = page
    tried, failed = 0, []
    for number, fn in demo.fns.items():
        if fn.queue or fn.fn is None or fn.api_visibility == "public":
            continue
        kinds = {block.get_block_name() for block in fn.inputs} & WRONG.keys()
        for kind in kinds:
            for wrong in WRONG[kind]:
                change = lambda c, v, k=kind, w=wrong: w if c.get_block_name() == k else v
                data = values(demo, number, change)
                answer = send(client, number, data, f"s{next(FRESH)}")
                tried += 1
                failed += [(fn.fn.__qualname__, kind, wrong, answer.text)] if answer.status_code >= 500 else []
    assert tried > 200 and not failed, sorted({each[:3] + (each[3][:120],) for each in failed}, key=str)
