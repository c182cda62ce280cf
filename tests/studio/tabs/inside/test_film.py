"""The film and the view of a trace: what is written can be read back."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from studio.recipe import Recipe
from studio.tabs.inside.film import FORMATS, PER_ROW, SIDE, gif, mp4, over, sheet
from studio.tabs.inside.trace import tracing
from studio.tabs.inside.view import trajectory, view
from tests.studio.fakes import FakeEngine, FakeWorld


@pytest.fixture(scope="module")
def trace():
    return made(Recipe(steps=11, seeds=(3, 9)))


def made(recipe):
    return list(FakeEngine(0).stream(tracing(FakeWorld(0), recipe, recipe.seeds[-1])))[-1][0]


def opened(uri):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))))


def test_a_sheet_holds_every_frame_to_the_bit(trace):
    shown = view(trace, "x")
    for name in ("x", "x0", "heat"):
        whole = opened(shown["sheets"][name])
        assert whole.shape[:2] == (2 * 64, PER_ROW * 64)
        for place, frame in enumerate(trace.frames):
            y, x = (64 * each for each in divmod(place, shown["per_row"]))
            assert (whole[y : y + 64, x : x + 64] == getattr(frame, name)).all()
    assert opened(sheet([trace.frames[0].x])).shape == (64, 64, 3)


def test_a_gif_has_a_picture_for_every_frame_and_rests_on_the_last(trace):
    film = Image.open(io.BytesIO(gif(trace)))
    assert film.n_frames == len(trace.frames) == 12 and film.info["loop"] == 0
    film.seek(11)
    last = np.asarray(film.convert("RGB"), dtype=int)[:SIDE, :SIDE]
    wanted = np.asarray(Image.fromarray(trace.frames[-1].x).resize((SIDE, SIDE), Image.Resampling.LANCZOS), dtype=int)
    assert film.info["duration"] > 1000 and np.abs(last - wanted).mean() < 4


def test_an_mp4_plays_every_frame(trace):
    av = pytest.importorskip("av", reason="the package av is not installed")
    with av.open(io.BytesIO(mp4(trace))) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert film.streams.video[0].codec_context.name == "h264"
    wanted = np.asarray(Image.fromarray(trace.frames[-1].x).resize((SIDE, SIDE), Image.Resampling.LANCZOS), dtype=int)
    assert len(frames) > len(trace.frames) and np.abs(frames[-1][:SIDE, :SIDE].astype(int) - wanted).mean() < 6


def test_a_format_says_which_package_it_misses(monkeypatch, trace):
    monkeypatch.setattr("studio.tabs.inside.film.find_spec", lambda name: None)
    assert view(trace, "x")["films"] == {"gif": "", "mp4": "av"} and FORMATS["mp4"].missing == "av"


def test_heat_lies_over_the_picture():
    white, heat = np.full((2, 2, 3), 255, np.uint8), np.array([[0, 255], [0, 0]], np.uint8)
    shown = over(white, heat)
    assert (shown[0, 1] == [220, 38, 38]).all() and (shown[0, 0] == shown[1, 1]).all() and shown[0, 0].min() > 240


@pytest.mark.parametrize("w, rule", [(0.0, ""), (-1.0, ""), (3.0, "Projected")])
def test_what_is_told_is_json_and_has_no_infinity(w, rule):
    trace = made(Recipe(steps=1, seeds=(2,), w=w, rule=rule, prompt="<b>"))
    for told in (view(trace, "x"), trajectory(trace)):
        read = json.loads(json.dumps(told, allow_nan=False))
        assert Recipe.parse(read.pop("recipe")) == trace.recipe and read.items() <= told.items()
        assert [level["level"] for level in told["levels"]] == [1.0, 0.0] and told["levels"][1]["log_snr"] is None
        assert told["numbers"]["judge"] == [[0.0], [None]] and told["done"] and told["frames"] == [0, 1]
