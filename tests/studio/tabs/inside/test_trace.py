"""What is kept of a run: which steps become frames, cancel, seeds; over the fake world."""

import threading

import numpy as np
import pytest

from studio.recipe import Recipe, RecipeError
from studio.tabs.inside.trace import MAX_FRAMES, NUMBERS, Moment, frame_of, kept, seed_of, tracing
from tests.studio.fakes import FakeEngine, FakeWorld

RECIPE = Recipe(prompt="red apple", steps=5, seeds=(3, 9))


def traces(recipe=RECIPE, seed=3, cancel=None, world=None):
    engine = FakeEngine(0)
    return list(engine.stream(tracing(world or FakeWorld(0), recipe, seed), cancel))


def test_every_step_is_measured_and_shown_and_the_end_is_the_picture():
    trace, moment = traces()[-1]
    assert trace.done and trace.steps == 5 and len(trace.levels) == len(trace.frames) == 6 and not trace.thinned
    assert [frame.moment for frame in trace.frames] == list(range(6)) and trace.levels[-1] == (1.0, 0.0)
    assert set(trace.numbers) == set(NUMBERS) and trace.numbers["pull"].shape == (6, 2)
    picture = list(FakeEngine(0).run(RECIPE))[-1].pictures[0]
    assert (trace.frames[-1].x == np.asarray(picture)).all() and (trace.frames[-1].x0 == trace.frames[-1].x).all()


def test_the_film_is_of_the_seed_that_was_asked_for():
    one, other = (traces(seed=seed)[-1][0] for seed in RECIPE.seeds)
    assert one.row == 0 and other.row == 1 and (one.frames[0].x != other.frames[0].x).any()
    assert (one.numbers["difference"][:-1] == other.numbers["difference"][:-1]).all()


def test_the_film_of_a_long_run_is_thinned_and_its_numbers_are_not():
    trace, _ = traces(RECIPE.but(steps=250))[-1]
    moments = [frame.moment for frame in trace.frames]
    assert trace.thinned and len(moments) == MAX_FRAMES and len(trace.levels) == 251
    assert moments[0] == 0 and moments[-1] == 250 and set(np.diff(moments)) == {2, 3}
    assert kept(1) == {0, 1} and kept(99) == set(range(100)) and len(kept(100)) == 100
    assert len(kept(100, 128**2)) == 100 and len(kept(250, 512**2)) == 8 and {0, 250} <= kept(250, 512**2)


def test_a_cancel_keeps_what_was_traced():
    cancel = threading.Event()
    world = FakeWorld(0.01)
    for trace, moment in FakeEngine(0).stream(tracing(world, RECIPE.but(steps=50), 3), cancel):
        if moment.index >= 2:
            cancel.set()
    assert not trace.done and 3 <= trace.steps < 40 and len(trace.frames) == len(trace.levels) == trace.steps
    assert world.begun == world.ended == 1


def test_the_upsampler_is_left_out(vocabulary_file):
    from tests.studio.fakes import install_upsampler

    install_upsampler(vocabulary_file)
    assert traces(RECIPE.but(upsample=True))[-1][0].frames[-1].x.shape == (64, 64, 3)


def test_extra_evaluations_are_counted_apart():
    guided, plain = (traces(RECIPE.but(w=w))[-1][0] for w in (2, 0))
    assert (guided.calls, guided.extra) == (20, 0) and (plain.calls, plain.extra) == (10, 10)


def test_heat_is_scaled_to_its_own_peak_and_none_stays_none():
    heat = np.zeros((2, 4, 4))
    heat[1, 2, 3] = 0.25
    pictures = np.zeros((2, 4, 4, 3), np.uint8)
    moment = Moment(0, 1, 0.5, 0.5, pictures, pictures, heat, {})
    none, some = frame_of(moment, 0), frame_of(moment, 1)
    assert none.peak == 0 and not none.heat.any()
    assert some.peak == 0.25 and some.heat[2, 3] == 255 and some.heat.sum() == 255
    assert moment.level == 0.5 and moment.log_snr == 0


@pytest.mark.parametrize("seed", [4, "x", True, float("nan"), [3], "3.5", 10**400])
def test_a_seed_that_is_not_in_the_recipe_is_told(seed):
    with pytest.raises(RecipeError, match="seed = .* is not allowed; allowed: one of the recipe's seeds: 3, 9"):
        seed_of(RECIPE, seed)


def test_a_seed_of_the_recipe_is_found():
    assert seed_of(RECIPE, None) == seed_of(RECIPE, "") == seed_of(RECIPE, "3") == 3 and seed_of(RECIPE, 9.0) == 9
