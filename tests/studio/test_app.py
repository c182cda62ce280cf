"""The page and its handlers, over the fake engine."""

import base64
import re
import subprocess
import sys
import threading

import pytest

from studio.page import examples, redraw
from studio.page.forms import read_query, shared_of, write_query
from studio.page.table import DEFAULT, MAX_COLUMNS, Setting
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple"))


@pytest.fixture
def play():
    return Play(FakeEngine(seconds_per_step=0.001))


def text(screen):
    return "".join(screen.table) + screen.mark + screen.status + screen.notes


def draw(play, form=FORM, key="me"):
    play.begin(key, form)
    return list(play.run(key))[-1]


def test_page_is_built_without_the_models():
    heavy = ("torch", "diffusers", "open_clip", "transformers", "timm", "cv2")
    code = (
        f"import sys, gradio, app; print(isinstance(app.demo, gradio.Blocks), [m for m in {heavy} if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert out[0].startswith("Guidance studio")  # a line before the imports
    assert out[-1] == "True []"


def test_the_routes_of_the_server_are_built_once(monkeypatch):
    from gradio.blocks import App

    from studio.page.blocks import Page

    built = []
    monkeypatch.setattr(App, "create_app", lambda *arguments, **named: built.append(arguments))
    with Page() as page:
        pass
    queue = page.queue(max_size=3)._queue
    assert len(built) == 1 and queue.max_size == 3 and not page.api_open  # `launch` builds those that are served


def test_a_page_that_is_slow_to_answer_is_served_all_the_same(monkeypatch):
    """Gradio asks its own page once, and where that takes 3 s, as on a busy machine, it refused to start."""
    import gradio
    import httpx

    from studio import frame

    monkeypatch.setattr(gradio.networking, "url_ok", lambda url: False)
    demo = frame.build(FakeEngine())
    url = frame.serve(demo, quiet=True, server_name="127.0.0.1", **frame.launch_options())
    assert httpx.get(url, timeout=120).status_code == 200
    demo.close()


def test_help_comes_before_the_imports():
    out = subprocess.run([sys.executable, "app.py", "--help"], capture_output=True, text=True, check=True).stdout
    assert "--port" in out and "Guidance studio: opening" not in out


def test_first_screen_has_four_columns_and_room_for_the_pictures(play):
    screen = play.first(FORM)
    assert "".join(screen.table).count('scope="col"') == 4
    assert "".join(screen.table).count('<div class="picture">') == 16
    assert not screen.running


def test_a_run_fills_the_table(play):
    play.engine.fake.seconds_per_step = 0.01  # so that a busy machine reads a word of every column
    query, screen = play.begin("me", FORM)
    assert screen.running and query == "prompt=red+apple"
    screens = list(play.run("me"))
    assert all(s.running for s in screens[:-1]) and not screens[-1].running
    last = "".join(screens[-1].table)
    assert last.count("data:image/png") == 16 and last.count("75 %") == 4
    assert any("Column 3 of 4" in s.status and "s left" in s.status for s in screens)
    assert "16 pictures" in screens[-1].status


def test_the_columns_are_different_settings_of_the_same_seeds(play):
    found = re.findall(r'data-seed="(\d+)" data-w="[^"]+" data-recipe="([^"]+)"', "".join(draw(play).table))
    recipes = [Recipe.from_json(content.replace("&quot;", '"')) for _, content in found]
    assert len(found) == 16 and all(
        int(seed) == recipe.seeds[0] for (seed, _), recipe in zip(found, recipes, strict=True)
    )
    assert {Setting.of(r.w, r.gamma_classifier, r.gamma_clip) for r in recipes} == set(DEFAULT)


def test_a_png_holds_the_recipe_of_its_seed_and_is_loaded_back(play):
    draw(play, {**FORM, "seeds": "7, 8", "style": "flat"})
    png = base64.b64decode(
        re.findall(r"data:image/png;base64,([^\"]+)", "".join(play.pick("me", FORM, 3)[1].table))[-1]
    )
    assert Recipe.from_png(png) == Recipe(prompt="red apple", style="flat", seeds=(8,))
    controls, screen = play.load("other", png, FORM)
    assert (
        controls.shared["style"] == "flat" and controls.shared["seeds"] == "8" and controls.setting == Setting.of(w=2.0)
    )
    assert "Recipe loaded" in screen.status


def test_a_file_that_is_no_png_is_told_and_nothing_changes(play):
    controls, screen = play.load("me", b"no picture", FORM)
    assert controls is None and 'role="alert"' in screen.status and "png" in screen.status


def test_cancel_stops_within_a_step_and_the_next_run_works():
    play = Play(FakeEngine(seconds_per_step=0.02))
    play.begin("me", FORM)
    screens = play.run("me")
    next(s for s in screens if "step 4" in s.status or "step 5" in s.status or "step 6" in s.status)
    assert play.cancel("me", FORM) is None
    last = list(screens)[-1]
    assert "Cancelled" in last.status and not last.running
    assert play.engine.fake.begun == play.engine.fake.ended == 1  # the other columns were not begun
    assert "16 pictures" in draw(play).status


def test_a_run_that_waits_is_cancelled_at_once(play):
    play.begin("me", FORM)
    screen = play.cancel("me", FORM)
    assert "Cancelled" in screen.status and not screen.running
    assert "Cancelled" in list(play.run("me"))[-1].status and play.engine.fake.begun == 0


def test_what_is_answered_during_a_run_is_settled_after_it(play):
    play.begin("me", FORM)
    screens = play.run("me")
    next(screens)
    assert play.settle("me", FORM) is None
    play.pick("me", FORM, 0)
    list(screens)
    assert "16 pictures" in play.settle("me", FORM).status and play.settle("me", FORM) is None


def test_a_page_that_goes_away_frees_the_engine():
    play = Play(FakeEngine(seconds_per_step=0.02))
    play.begin("me", FORM)
    screens = play.run("me")
    next(s for s in screens if "step" in s.status)
    play.leave("me")
    screens.close()
    assert "16 pictures" in draw(play, key="you").status
    assert len(play.pages) == 1


def test_moving_w_asks_for_a_preview_of_the_chosen_column(play):
    draw(play)
    tick, screen = play.edit("me", FORM, 6, 0, 0)
    assert tick == 1 and "settings changed" in "".join(screen.table) and "s = 7" in screen.mark
    last = list(play.preview("me", FORM))[-1]
    assert "Preview in 8 steps" in last.status and play.engine.fake.begun == 5
    assert "settings changed" not in "".join(last.table)
    assert list(play.preview("me", FORM)) and play.engine.fake.begun == 5  # nothing has changed: nothing is drawn


def test_a_preview_with_other_seeds_never_shows_a_picture_beside_a_wrong_seed(play):
    draw(play)
    html = "".join(list(play.preview("me", {**FORM, "seeds": "2, 50"}))[-1].table)
    found = re.findall(r'data-open="(\d)-(\d)" data-seed="(\d+)" data-w="[^"]+" data-recipe="([^"]+)"', html)
    assert {(column, row, seed) for column, row, seed, _ in found} == {
        ("0", "0", "2"),
        ("1", "0", "2"),
        ("2", "0", "2"),
        ("3", "0", "2"),
        ("3", "1", "50"),
    }
    assert all(f"[{seed}]" in recipe for _, _, seed, recipe in found)


def test_no_preview_during_a_run(play):
    play.begin("me", FORM)
    assert play.edit("me", FORM, 6, 0, 0)[0] == 0
    assert len(list(play.preview("me", FORM))) == 1 and play.engine.fake.begun == 0


def test_a_newer_preview_ends_the_older_one():
    play = Play(FakeEngine(seconds_per_step=0.05))
    play.edit("me", FORM, 5, 0, 0)
    older = play.preview("me", FORM)
    next(older), next(older)
    play.edit("me", FORM, 6, 0, 0)
    list(older)
    assert play.engine.fake.begun - play.engine.fake.ended == 0
    assert "Preview in" in list(play.preview("me", FORM))[-1].status


@pytest.mark.parametrize("values", [(21, 0, 0), (float("inf"), 0, 0), (0, 51, 0), (0, 0, None), ("2", 0, 0)])
def test_a_setting_that_is_not_allowed_is_told(play, values):
    tick, screen = play.edit("me", FORM, *values)
    assert tick == 0 and 'role="alert"' in screen.status


def test_columns_are_added_up_to_six_and_removed_down_to_one(play):
    for _ in range(5):
        setting, screen = play.add("me", FORM)
    assert "".join(screen.table).count('scope="col"') == MAX_COLUMNS and setting.w > 2
    for _ in range(8):
        setting, screen = play.remove("me", FORM, 0)
    assert "".join(screen.table).count('scope="col"') == 1 and screen.table[0].startswith("<div")
    assert play.pages["me"].table.selected == 0
    assert "4 pictures" in draw(play).status


def test_removing_another_column_keeps_the_choice(play):
    play.pick("me", FORM, 2)
    assert play.remove("me", FORM, 0)[0] == DEFAULT[2]
    assert play.pick("me", FORM, 99)[0] == DEFAULT[3]


def test_an_address_holds_the_settings():
    recipes = [Recipe(prompt="红苹果 & co", w=w, gamma_clip=g, steps=30, seeds=(5, 6)) for w, g in [(0, 0), (3.5, -20)]]
    recipe, settings, _ = read_query(write_query(recipes))
    assert [recipe.but(**s._asdict()) for s in settings] == recipes
    assert write_query([Recipe(prompt="cat", **s._asdict()) for s in DEFAULT]) == "prompt=cat"


def test_a_page_opens_with_the_settings_of_its_address(play):
    controls, screen = play.opened("me", "?prompt=cat&seeds=4,5&_columns=1,0,0;2,3,0&__theme=dark")
    assert controls.shared["prompt"] == "cat" and controls.setting == Setting.of(2, 3, 0)
    assert "".join(screen.table).count('scope="col"') == 2
    assert play.opened("they", "?w=5")[0].setting == Setting.of(w=5.0)  # as `Recipe.to_query` writes it
    assert play.opened("them", "?prompt=cat&gamma_clip=30")[0].setting == Setting.of(w=2.0, gamma_clip=30.0)
    assert play.opened("you", "?utm_source=x") is None
    assert play.opened("you", "?__theme=dark") is None and play.opened("you", "") is None


@pytest.mark.parametrize(
    "query",
    [
        "steps=x",
        "steps=9999",
        "_columns=1,2",
        "_columns=" + "0,0,0;" * 7,
        "_columns=2&propmt=a",
        "w=1e999",
        "version=99",
        "conditions=[1]",
        "_pulls=[[[",
        "_columns=2&" + "&".join(f"_{i}=" for i in range(101)),
    ],
)
def test_an_address_with_wrong_settings_is_told(play, query):
    controls, screen = play.opened("me", query)
    assert 'role="alert"' in screen.status and controls.shared == shared_of(play.beginning.recipe())


def test_a_world_that_does_not_open_is_told_and_tried_again(play):
    def broken(name):
        raise ValueError("unet.safetensors is missing; restore it with git")

    works, play.engine._open = play.engine._open, broken
    last = draw(play)
    assert 'role="alert"' in last.status and "unet.safetensors is missing" in last.status and not last.running
    play.engine._open = works
    assert "16 pictures" in draw(play).status


def test_two_visitors_do_not_see_each_other(play):
    play.edit("a", FORM, 9, 0, 0)
    assert play.pages["b"].table.setting == DEFAULT[3]
    threads = [threading.Thread(target=draw, args=(play,), kwargs={"key": key}) for key in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("16 pictures" in play.pages[key].line for key in "ab")


def test_examples_are_the_first_thing_to_see(tmp_path):
    engine = FakeEngine(seconds_per_step=0)
    redraw.build(engine, tmp_path, prompts=[{"prompt": "red apple"}, {"prompt": "微笑的猫", "style": "flat"}])
    play = Play(engine, examples.load(tmp_path))
    screen = play.first(FORM)
    assert "".join(screen.table).count("data:image/png") == 16 and "settings changed" not in "".join(screen.table)
    assert play.beginning.prompts("emoji") == ["red apple", "微笑的猫 · flat"]
    play.edit("me", FORM, 9, 0, 0)
    (form, setting), screen = play.example("me", FORM, 1)
    assert (
        form["prompt"] == "微笑的猫"
        and form["style"] == "flat"
        and setting == DEFAULT[3]
        and "".join(screen.table).count("data:image/png") == 16
    )
