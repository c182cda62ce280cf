"""The 1-D flow against equations 37 to 40, and one sample's four views."""

import json

import numpy as np
import pytest
import torch

from studio.tabs.lab import Handlers
from studio.tabs.lab.flow import DEMO, LOW, PRIORS, Flow, density, prior_quantile, superposition, trajectories

X = np.linspace(-2, 4, 60_001)


def velocity(flow, x, t):
    return superposition(flow).field(torch.from_numpy(x)[:, None], t)[:, 0].numpy()


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("t", [0.1, 0.5, 1.0])
def test_the_density_is_one(prior, t):
    assert np.trapezoid(density(Flow(prior=prior), X, t), X) == pytest.approx(1, abs=3e-3)


def test_continuity_holds_where_the_density_is_smooth():
    """∂p/∂t = −∂(f p)/∂x on a grid, for the normal prior (row 37)."""
    flow, t, h = Flow(prior="normal"), 0.6, 1e-4
    x = np.linspace(0, 2, 41)
    rate = (density(flow, x, t + h) - density(flow, x, t - h)) / (2 * h)
    flux = lambda z: velocity(flow, z, t) * density(flow, z, t)
    divergence = (flux(x + h) - flux(x - h)) / (2 * h)
    assert np.abs(rate + divergence).max() < 1e-5


def test_of_one_point_the_lines_are_straight():
    flow, start = Flow(points=(0.7,)), np.linspace(0.1, 1.9, 7)
    found = trajectories(flow, start)
    expected = np.linspace(1, 0, len(found))[:, None] * (start - 0.7) + 0.7
    assert np.abs(found - expected).max() < 1e-9


def test_the_velocity_is_a_mean_weighted_by_the_prior_of_what_is_behind():
    """Row 39 for the uniform prior: the lines of those points whose back-projection lies in [0, 2], equally."""
    t, x = 0.5, 0.7
    behind = [(x - (1 - t) * p) / t for p in DEMO]
    inside = [p for p, b in zip(DEMO, behind) if 0 <= b <= 2]
    assert 0 < len(inside) < 4
    assert velocity(Flow(), np.array([x]), t)[0] == pytest.approx(np.mean([(x - p) / t for p in inside]), abs=1e-12)


@pytest.mark.parametrize("prior", PRIORS)
def test_each_point_gets_its_share(prior):
    """The demo: .5 twice, 1.2, 1.7."""
    start = prior_quantile(prior, (np.arange(200) + 0.5) / 200)
    ends = trajectories(Flow(prior=prior), start)[-1]
    for point, share in ((0.5, 0.5), (1.2, 0.25), (1.7, 0.25)):
        assert (np.abs(ends - point) < 0.02).mean() == pytest.approx(share, abs=0.03)
    assert (np.diff(trajectories(Flow(prior=prior), start), axis=1) > -0.02).all()  # lines of an ODE never cross


@pytest.mark.parametrize(
    "raw, field",
    [
        (None, "flow"),
        ({"x": 1}, "x"),
        ({"points": []}, "points"),
        ({"points": [LOW - 1]}, "points[0]"),
        ({"points": [0, None]}, "points[1]"),
        ({"points": [float("nan")]}, "points[0]"),
        ({"points": "0.5; x"}, "points[1]"),
        ({"points": [1] * 13}, "points"),
        ({"prior": "cauchy"}, "prior"),
        ({"lines": 1}, "lines"),
        ({"lines": 5.5}, "lines"),
    ],
    ids=str,
)
def test_bad_flows_are_told_by_their_field(raw, field):
    answer = Handlers().flow(raw)
    assert answer["problem"]["field"] == field


def test_the_flow_is_answered_and_json():
    answer = Handlers().flow({"points": [0.5, 1.5], "lines": 10})
    json.dumps(answer, allow_nan=False)
    assert len(answer["lines"]) == 10 and sum(each["share"] for each in answer["ends"]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("at", [0, 0.5, 1])
def test_four_views_are_one_thing(at):
    answer = Handlers().views({"at": at})
    json.dumps(answer, allow_nan=False)
    point, t = answer["point"], answer["t"]
    assert max(point["errors"].values()) < 1e-12
    for i in range(2):
        assert t["a"] * point["x0"][i] + t["b"] * point["eps"][i] == pytest.approx(point["x"][i], abs=2e-6)
        assert -t["b"] * point["score"][i] == pytest.approx(point["eps"][i], abs=2e-6 + 1e-6 * t["b"])
        assert t["a"] * point["eps"][i] - t["b"] * point["x0"][i] == pytest.approx(point["v"][i], abs=2e-6)
    if answer["picture"]:
        assert max(answer["picture"]["errors"].values()) < 1e-10 and answer["picture"]["tiles"]["x0"].startswith(
            "data:image/png"
        )


@pytest.mark.parametrize(
    "raw, field",
    [(3, "views"), ({"picture": -1}, "picture"), ({"at": "x"}, "at"), ({"seed": True}, "seed"), ({"y": 0}, "y")],
    ids=str,
)
def test_bad_views_are_told_by_their_field(raw, field):
    assert Handlers().views(raw)["problem"]["field"] == field
