"""What a program sends that is no recipe: each is answered with the field, the element and what is allowed."""

import json
from http.client import HTTPConnection

import httpx
import pytest

from studio.page.served import QUERY, shortened
from studio.recipe import FIELDS, Recipe

from ..api.test_generate import client  # noqa: F401 (a fixture)

FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
ENDPOINTS = ("generate", "trajectory", "sweep", "metrics", "compare", "schema")
QUEUED = ENDPOINTS[:-1]


def post(client, path, body, **headers):  # noqa: F811
    content = json.dumps(body)  # also NaN, which httpx would refuse
    headers["content-type"] = "application/json"
    return httpx.post(client.src.rstrip("/") + "/gradio_api/" + path, content=content, headers=headers, timeout=30)


def error_of(client, name, values, **headers):  # noqa: F811
    """What the endpoint says of a list of values, or of a dictionary of named ones."""
    route = f"call/v2/{name}" if isinstance(values, dict) else f"call/{name}"
    answer = post(client, route, values if isinstance(values, dict) else {"data": values}, **headers)
    if answer.status_code != 200:
        return answer.json()["error"]
    events = httpx.get(f"{client.src.rstrip('/')}/gradio_api/call/{name}/{answer.json()['event_id']}", timeout=30).text
    assert "event: error" in events, events[-300:]
    return json.loads(events.rpartition("data: ")[2])["error"]


def defaults(client, name):  # noqa: F811
    found = client.view_api(return_format="dict")["named_endpoints"]["/" + name]["parameters"]
    return {each["parameter_name"]: each["parameter_default"] for each in found}


@pytest.mark.parametrize("name", QUEUED)
def test_what_is_queued_cannot_be_called_past_the_queue(client, name):  # noqa: F811
    answer = post(client, f"run/{name}", {"data": list(defaults(client, name).values())})
    assert answer.status_code == 404 and "queue" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["call/nope", "run/nope", "api/nope", "call/v2/nope", "call/nope/", "call/<b>"])
def test_what_is_not_there_is_told_with_what_is(client, path):  # noqa: F811
    answer = post(client, path, {} if "v2" in path else {"data": []})
    assert answer.status_code == 404
    assert "endpoint = '/" in answer.json()["error"] and all(f"/{name}" in answer.json()["error"] for name in ENDPOINTS)


def test_a_function_of_no_number_is_told(client):  # noqa: F811
    answer = post(client, "queue/join", {"data": [], "fn_index": 10**6, "session_hash": "x"})
    assert answer.status_code == 404 and "fn_index = '1000000'" in answer.json()["error"]


@pytest.mark.parametrize("path", ["call/generate/zz", "call/v2/sweep/zz", "call/nope/" + "z" * 1000])
def test_an_answer_to_no_call_is_told(client, path):  # noqa: F811
    answer = httpx.get(f"{client.src.rstrip('/')}/gradio_api/{path}", timeout=10)
    assert answer.status_code == 404 and "event = 'z" in answer.json()["error"]


@pytest.mark.parametrize("name", QUEUED)
@pytest.mark.parametrize("more", [-1, 1, 30])
def test_the_number_of_values_is_told(client, name, more):  # noqa: F811
    whole = list(defaults(client, name).values())
    told = error_of(client, name, (whole + [0] * max(0, more))[: len(whole) + more])
    assert f"data = {len(whole) + more} values" in told and f"allowed: {len(whole)} values" in told
    assert all(each in told for each in defaults(client, name))
    assert (
        "data = 1 values is not allowed; allowed: no values"
        in post(client, "run/schema", {"data": [1]}).json()["error"]
    )


def test_a_parameter_of_no_endpoint_is_told(client):  # noqa: F811
    told = error_of(client, "generate", {"promt": "cat"})
    assert "promt = " in told and "prompt" in told and "sampler_options" in told


@pytest.mark.parametrize(
    "name, field, value, told",
    [
        (name, field, value, field + element)
        for name, field in (("generate", "prompt"), ("generate", "rule"), ("trajectory", "film"), ("sweep", "recipe"))
        for value, element in ((FILE, ""), ({"a": [1, FILE]}, ".a[1]"))
    ]
    + [
        ("generate", "conditions", [{"name": "ControlNet", "images": [FILE]}], "conditions[0].images[0]"),
        ("metrics", "recipes", [{}, {"conditions": [{"images": FILE}]}], "recipes[1].conditions[0].images"),
        ("compare", "b", FILE, "b"),
    ],
)
def test_a_file_in_a_plain_field_is_told(client, name, field, value, told):  # noqa: F811
    assert f"{told} = a file is not allowed; allowed: plain JSON" in error_of(client, name, {field: value})


def test_which_recipe_of_a_list_is_wrong_is_told(client):  # noqa: F811
    recipes = [
        {"steps": 2},
        {"w": "x", "steps": 0},
        7,
        {"pulls": [{"name": "Colour"}, {"name": "Colour", "gamma": []}]},
    ]
    told = error_of(client, "metrics", {"recipes": recipes})
    for element in ("recipes[1].w = 'x'", "recipes[1].steps = 0", "recipes[2] = 7", "recipes[3].pulls[1].gamma = "):
        assert element in told, told
    told = error_of(client, "compare", {"a": {"w": 99}, "b": {"seeds": [1, "z"]}})
    assert "a.w = 99" in told and "b.seeds[1] = 'z'" in told
    assert "recipe.w = 99" in error_of(client, "sweep", {"recipe": {"w": 99}, "axes": [{"option": "w", "values": [0]}]})
    assert "axis w[1] = 'x'" in error_of(client, "sweep", {"axes": [{"option": "w", "values": "0; x"}]})


@pytest.mark.parametrize("name", ["generate", "trajectory"])
def test_every_endpoint_takes_the_whole_recipe(client, name, vocabulary_file):  # noqa: F811
    assert set(FIELDS) <= set(defaults(client, name))
    _, recipes = client.predict(prompt="red apple", seeds=[4], steps=2, rule="Projected", api_name="/generate")
    again = client.predict(**recipes[0], api_name=f"/{name}")
    found = again[1][0] if name == "generate" else again[0]["recipe"]
    assert Recipe.parse(found) == Recipe.parse(recipes[0])
    told = error_of(client, name, {"conditions": ["ControlNet"]})
    assert "conditions[0].images = []" in told


def test_all_faults_are_told_at_once(client):  # noqa: F811
    told = error_of(
        client, "generate", {"w": float("nan"), "steps": 0, "seeds": [1, 1], "sampler": "Nope", "style": "cubist"}
    )
    for start in ("w = nan", "steps = 0", "seeds[1] = 1", "sampler = 'Nope'", "style = 'cubist'"):
        assert start in told, told


@pytest.mark.parametrize(
    "path, body, english, chinese",
    [
        ("call/nope", {"data": []}, "endpoint = '/nope' is not allowed; allowed: one of /", "允许：以下之一：/"),
        (
            "call/v2/generate",
            {"promt": "cat"},
            "promt = an argument is not",
            "promt = 一个参数 不可用；允许：/generate 的参数",
        ),
        ("run/schema", {"data": [1]}, "data = 1 values is not allowed; allowed: no values.", "data = 1 个值 不可用"),
        (
            "queue/join",
            {"data": [], "fn_index": 10**6, "session_hash": "x"},
            "number of a function",
            "本页某个函数的编号。",
        ),
    ],
)
def test_programs_choose_the_language(client, path, body, english, chinese):  # noqa: F811
    for accept, told in (
        ({"accept-language": "zh-CN,en;q=0.8"}, chinese),
        ({"accept-language": "de"}, english),
        ({}, english),
    ):
        assert told in post(client, path, body, **accept).json()["error"]


def test_so_do_calls_that_are_queued(client):  # noqa: F811
    wrong, zh = {"w": 99, "steps": 0}, {"accept-language": "zh"}
    assert (
        error_of(client, "generate", wrong, **zh)
        == "w = 99 不可用；允许：-1 到 20 的数。steps = 0 不可用；允许：1 到 250 的整数。"
    )
    assert error_of(client, "generate", wrong).startswith(
        "w = 99 is not allowed; allowed: numbers from -1 to 20. steps"
    )
    values = {"axes": [{"option": "w", "values": "0; x"}]}
    assert error_of(client, "sweep", values, **zh).startswith("轴 w[1] = 'x' 不可用；允许：数，写作")


def test_an_answer_that_is_not_there_is_told_in_chinese(client):  # noqa: F811
    url = f"{client.src.rstrip('/')}/gradio_api/call/generate/zz"
    answer = httpx.get(url, headers={"accept-language": "zh"}, timeout=10)
    assert answer.json()["error"] == "event = 'zz' 不可用；允许：结果还没有人取走的一次调用的 event_id。"


def test_a_link_of_any_length_opens_the_page(client):  # noqa: F811
    for size in (100_000, 1_000_000):  # httpx refuses such addresses
        connection = HTTPConnection(httpx.URL(client.src).host, httpx.URL(client.src).port, timeout=30)
        connection.request("GET", "/?prompt=" + "x" * size + "&steps=7")
        answer = connection.getresponse()
        assert answer.status == 200 and b"gradio" in answer.read()
        connection.close()


def test_a_query_is_cut_where_no_field_reaches():
    query = b"steps=7&prompt=" + b"%E7%8C%AB" * 30_000 + b"&w=3"
    cut = shortened(query)
    assert len(cut) <= QUERY and cut.startswith(b"steps=7&prompt=") and cut.endswith(b"&w=3")
    assert "�" not in Recipe.salvage_query(cut.decode())[1][0].value
    recipe, faults = Recipe.salvage_query(cut.decode())
    assert (recipe.steps, recipe.w) == (7, 3) and [fault.field for fault in faults] == ["prompt"]
    assert len(shortened(b"&".join(b"a%d=" % i + b"x" * 9000 for i in range(100)))) <= QUERY
