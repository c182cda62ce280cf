"""A run of each world that ships, opened up: the pictures of the plain run to the bit, and whole numbers."""

import numpy as np
import pytest

from studio.engine import Engine
from studio.recipe import Recipe
from studio.recipe.vocabulary import worlds
from studio.tabs.inside.trace import tracing

GUIDED = {
    "emoji": dict(prompt="red apple", w=3.0, gamma_clip=40.0, rule="Projected", sampler="Heun"),
    "fashion": dict(prompt="sneaker", w=1.0, gamma_classifier=3.0, sampler="DDPM"),
    "latent": dict(prompt="red apple", w=2.0, pulls=[{"name": "Colour", "gamma": 0.3}]),
    "memory": dict(prompt="red apple", w=0.0, gamma_classifier=1.0, rule={"name": "Interval", "low": 0.2, "high": 0.8}),
}


def test_every_world_is_looked_into():
    assert set(worlds()) <= set(GUIDED)


@pytest.mark.parametrize("world", sorted(set(worlds()) & set(GUIDED)))
def test_the_traced_picture_is_that_of_the_plain_run(world):
    engine, recipe = Engine(), Recipe(world=world, steps=3, seeds=(1, 2), **GUIDED[world])
    (*_, plain) = engine.run(recipe)
    (*_, (trace, _)) = engine.stream(tracing(engine.world(world), recipe, 2))
    assert (trace.frames[-1].x == np.asarray(plain.pictures[1])).all() and trace.calls == plain.calls
    names = ("difference", "change", "pull", "judge", *(["guide"] if engine.world(world).pipe.classifier else []))
    assert all(np.isfinite(trace.numbers[name][:-1]).all() for name in names)
    assert (trace.numbers["pull"][0] > 0).all() and trace.frames[0].peak > 0  # the exact classifier is soon certain
