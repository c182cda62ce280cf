"""What every tab says of settings before they are drawn, over the fake engine."""

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.compare import Handlers as Compare
from studio.tabs.compare.handlers import Taken
from studio.tabs.frontier import Handlers as Frontier
from studio.tabs.inside.handlers import Handlers as Inside
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_beforehand import FILLER, gap, tokenizers  # noqa: F401


def page_notes(play, form, *setting, rule=""):
    w, gamma, clip = setting or (2.0, 0.0, 0.0)
    return play.edit("me", form, w, gamma, clip, rule)[1].notes


def test_the_play_tab_says_it_when_it_is_set_and_while_it_waits(tokenizers):  # noqa: F811
    play = Play(FakeEngine(seconds_per_step=0))
    form = shared_of(Recipe(prompt="red apple", sampler="Heun", steps=4))
    assert page_notes(play, form) == ""
    assert "weaker than none: Heun" in page_notes(play, form, 0.6, 0.0, 0.0, rule="CFGPlusPlus")
    assert "weaker" not in play.heed("me", {**form, "sampler": "DDIM"}) and play.pages["me"].notes == ""
    assert "one step makes no new noise" in play.heed("me", {**form, "sampler": "DDIM", "steps": 1})
    closed = {"name": "Interval", **gap(4)}
    assert "none of the 4 steps" in page_notes(play, form, 2.0, 0.0, 0.0, rule=closed)
    assert page_notes(play, {**form, "steps": 40}, 2.0, 0.0, 0.0, rule=closed) == ""
    long = {**form, "prompt": f"cat {FILLER} red apple"}
    assert "left out" in play.heed("me", long) and "没有读到" in play.heed("me", long)
    assert "left out" in play.heed("me", {**form, "steps": "many"})  # a wrong value is told when it is drawn
    _, screen = play.begin("me", form)
    assert screen.running and "none of the 4 steps" in screen.notes
    assert all("none of the 4 steps" in screen.notes for screen in play.run("me"))


def test_a_preview_of_fewer_steps_says_what_is_true_of_all_of_them():
    play = Play(FakeEngine(seconds_per_step=0))
    closed = {"name": "Interval", **gap(8)}  # between two steps of the preview's 8
    for steps, said in ((25, False), (8, True)):
        form = shared_of(Recipe(prompt="red apple", steps=steps))
        assert ("none of the" in page_notes(play, form, 2.0, 0.0, 0.0, rule=closed)) == said
        assert ("none of the" in list(play.preview("me", form))[-1].notes) == said


def test_a_recipe_that_is_loaded_or_linked_to_says_it():
    play = Play(FakeEngine(seconds_per_step=0))
    weak = Recipe(prompt="red apple", rule="CFGPlusPlus", w=0.6, sampler="Euler")
    assert "weaker than none" in play.take("me", weak)[1].notes
    assert "weaker than none" in play.opened("you", weak.to_query())[1].notes


def test_inside_compare_and_frontier_say_it():
    engine = FakeEngine(seconds_per_step=0)
    weak = Recipe(prompt="red apple", rule="CFGPlusPlus", w=0.6, sampler="Euler", steps=2, seeds=(1, 2))
    assert "weaker than none" in Inside(engine).choice(lambda: weak).about
    play = Play(engine)
    compare = Compare(play)
    compare.take(
        "me", "draw", lambda: {"a": Taken(weak, {}, ("A", "A")), "b": Taken(weak.but(rule="", w=2.0), {}, ("B", "B"))}
    )
    compare.begin("me", "1")
    assert list(compare.run("me"))[-1].status.count("weaker than none") == 1
    form = {
        "mode": "options",
        "axis1": "w",
        "values1": "0, 0.6",
        "axis2": "",
        "values2": "",
        "prompts": "",
        "seeds": "",
        "steps": None,
    }
    frontier = Frontier(engine, None)
    assert "weaker than none" in frontier.begin("me", lambda: weak, form).status
    assert "weaker than none" in list(frontier.run("me"))[-1].status
    assert "negative" not in frontier.begin("me", lambda: Recipe(prompt="cat", negative_prompt="whale"), form).status
