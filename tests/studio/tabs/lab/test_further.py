"""The Lab's views beside the plane: schedule and losses, one guided step, the flow in 2-D, each against what is known."""

import json

import numpy as np
import pytest

from pipelines.process import schedule as library
from pipelines.process.losses import LOSSES, VARIANCES
from studio.tabs.lab import Handlers
from studio.tabs.lab.paths import PRIORS, STROKES
from studio.tabs.lab.presets import EDGE, PRESETS
from studio.tabs.lab.priors import SUPPORT, along
from studio.tabs.lab.setting import KINDS

HANDLERS = Handlers()


def answered(name, **raw):
    answer = getattr(HANDLERS, name)(raw)
    assert not {"problem", "failed"} & set(answer), answer
    json.dumps(answer, allow_nan=False)
    return answer


def test_the_schedules_are_the_librarys():
    assert KINDS == library.KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_schedule_shows_its_levels_and_runs_the_plane(kind):
    answer = answered("schedule", kind=kind, steps=10)
    a, b = (np.array(answer["curve"][name]) for name in "ab")
    assert np.abs(a**2 + b**2 - 1).max() < 1e-3 and (np.diff(a) <= 0).all() and len(answer["steps"]) == 10
    plane = answered("plane", schedule=kind, steps=10, points=100)
    assert plane["levels"][0] == pytest.approx([answer["noisiest"]["a"], answer["noisiest"]["b"]])


@pytest.mark.parametrize("variance", VARIANCES)
@pytest.mark.parametrize("loss", LOSSES)
def test_one_loss_is_told_of_four_targets(loss, variance):
    answer = answered("schedule", loss=loss, variance=variance, steps=12)
    weights = {view: np.array(values) for view, values in answer["weights"].items()}
    assert set(weights) == set(LOSSES[1:]) and all((values > 0).all() for values in weights.values())
    if loss != "bound":
        assert (weights[loss] == 1).all()
    assert sum(answer["share"]) == pytest.approx(1, abs=0.01)


def test_a_shorter_step_is_nearer_to_its_first_order():
    """Row 11: with 8 steps they are far apart, with 200 they are not; the distance shown is that of the curve."""
    answer = answered("kernel", steps=8)
    distances = answer["distances"]
    assert answer["distance"] == distances[answer["counts"].index(8)] > 0.2
    assert distances == sorted(distances, reverse=True) and distances[-1] < 0.02
    area = (2 * answer["window"]["reach"] / 64) ** 2
    exact, gap = np.array(answer["exact"]), np.array(answer["gap"])
    assert np.abs(exact - np.array(answer["approximate"]) - gap).max() <= 2
    scale = 1 / (exact.sum() * area)  # bytes to density
    assert np.abs(gap).sum() * area * scale / 2 == pytest.approx(answer["distance"], abs=0.03)


def test_where_the_class_is_certain_guidance_changes_nothing():
    one = answered("kernel", preset="two", label=0, x=-3, y=0, at=0.2, steps=50)
    assert one["likely"] > 0.99
    assert one["means"]["approximate"] == pytest.approx(one["means"]["plain"], abs=0.01)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("at", [0, 1])
def test_every_step_is_answered(preset, at):
    answered("kernel", preset=preset, label=PRESETS[preset][0][4], at=at, gradient="mean", variance="beta", steps=2)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("path", ["straight", "spiral", "exploding"])
def test_every_prior_is_carried_to_the_points(prior, path):
    """Rows 38, 40, 41, and 37: the exact field's residual is rounding, that of half the speed is not."""
    answer = answered("paths", prior=prior, path=path, points=60, data="ring")
    assert answer["reached"] > 0.97 and max(answer["shares"]) < 0.35
    assert max(answer["residuals"]["own"]) < 1e-3 < 0.1 < min(answer["residuals"]["half"])
    if prior != "uniform":
        assert np.median(answer["residuals"]["equal"]) > 0.1


@pytest.mark.parametrize("field", ["equal", "half"])
def test_a_wrong_field_does_not_arrive(field):
    assert answered("paths", field=field, points=60)["reached"] < 0.2


def test_a_drawn_prior_lies_along_its_strokes():
    found = along(((-1.0, 0.0, 1.0, 0.0), (0.0, 2.0)))
    assert found.shape == (SUPPORT, 2)
    line = found[found[:, 1] == 0]
    assert len(line) >= SUPPORT - 3 and line[:, 0].diff().std() < 1e-9 and line[0, 0] < -0.95 < 0.95 < line[-1, 0]
    assert (found[found[:, 1] != 0].tolist() or [[0.0, 2.0]])[0] == [0.0, 2.0]
    left = answered("paths", prior="drawn", strokes=[[-3, -3, -3, 3]], points=60)["frames"][0]
    assert np.mean(left[::2]) == pytest.approx(-300, abs=10) != answered("paths", points=60)["frames"][0][0]
    assert answered("paths", prior="drawn", strokes=list(map(list, STROKES)))


@pytest.mark.parametrize(
    "name, raw, field",
    [
        ("schedule", {"kind": "sine"}, "kind"),
        ("schedule", {"steps": 2}, "steps"),
        ("schedule", {"loss": "l1"}, "loss"),
        ("schedule", [], "schedule"),
        ("kernel", {"label": 9}, "label"),
        ("kernel", {"x": EDGE + 1}, "x"),
        ("kernel", {"at": float("nan")}, "at"),
        ("kernel", {"gradient": "y"}, "gradient"),
        ("paths", {"prior": "cauchy"}, "prior"),
        ("paths", {"turns": 3}, "turns"),
        ("paths", {"strokes": []}, "strokes"),
        ("paths", {"strokes": [[0, 0, 0]]}, "strokes"),
        ("paths", {"strokes": [[0, 1], [0, float("inf")]]}, "strokes[1]"),
        ("paths", {"strokes": [[0, 0] * 1000] * 3}, "strokes"),
        ("paths", {"strokes": "smile"}, "strokes"),
        ("plane", {"schedule": "sine"}, "schedule"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_by_its_field(name, raw, field):
    answer = getattr(HANDLERS, name)(raw)
    assert answer["problem"]["field"] == field and all(answer["problem"]["said"]), answer
