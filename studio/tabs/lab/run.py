"""One run of the Lab: points from noise to data under a rule, a pull and a sampler; and the truth beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from pipelines.declarations.options import OptionError
from pipelines.exact import Tilted
from pipelines.guidance import PULLS, RULES
from pipelines.process.times import Time
from pipelines.runs.beforehand import weaker
from pipelines.runs.effects import Controls

from .numbers import measure
from .plane import Plane, entries
from .presets import COINCIDE
from .setting import Setting

MAX_TILT = 100.0
SAFE = 1e4  # a point beyond this has left


@dataclass(frozen=True)
class Run:
    """states: (steps + 1, n, 2), from noise to the end; levels: the time of each. Clouds are (n, 2)."""

    plane: Plane
    states: Tensor
    levels: list[Time]
    data: Tensor
    labels: Tensor
    noise: Tensor
    conditional: Tensor
    tilted: Tensor | None
    tilted_exact: int
    strength: float
    numbers: dict[str, dict]
    inactive: tuple[str, ...]  # controls that had no effect
    weaker: str | None  # the rule that is only classifier-free guidance with this sampler
    calls: int


def plane_of(setting: Setting, dtype: torch.dtype = torch.float32) -> Plane:
    """The mixture of a setting under its schedule."""
    return Plane(setting.components, dtype, setting.schedule)


@contextmanager
def told(name: str, entry) -> Iterator[None]:
    """Whatever an entry cannot do on this plane is told as a field of the page."""
    try:
        yield
    except OptionError:
        raise
    except ValueError as error:
        raise OptionError(name, type(entry).__name__, "reason", reason=str(error)) from error
    except (RuntimeError, IndexError, TypeError, AttributeError, NotImplementedError) as error:
        raise OptionError(name, type(entry).__name__, "points_and_pictures") from error


class Counted:
    """A denoiser whose calls are counted."""

    def __init__(self, denoiser):
        self.denoiser, self.calls = denoiser, 0

    def __call__(self, x: Tensor, t: Time, *branches: str):
        self.calls += 1
        return self.denoiser(x, t, *branches)


def controls_of(plane: Plane, setting: Setting) -> tuple[Controls, object, Counted]:
    """What a sampler asks, the sampler, and the counted denoiser."""
    rule, pull, sampler = entries(setting.rule, setting.pull, setting.sampler, setting.label)
    denoiser = Counted(plane.denoiser(setting.label))
    with told("rule", rule):
        rules = [] if rule is None else [_able(rule, plane, "rule").begin()]
    with told("pull", pull):
        pulls = [] if pull is None else [_able(pull, plane, "pull").begin(plane).bind(denoiser)]
    return Controls(denoiser, rules, pulls), _able(sampler, plane, "sampler"), denoiser


def _able(entry, plane: Plane, name: str):
    if missing := getattr(entry, "lacks", entry.unavailable)(plane):
        raise OptionError(name, type(entry).__name__, missing)
    return entry


def strength_of(rule, pull) -> float:
    """w of p_y^{1+w}/p^w whose score the guided field has at the clean end: the rule's w, and γ of a pull to a label.

    Rules that move away from something else than the unconditional model have none.
    """
    w = 0.0
    while rule is not None:
        if hasattr(rule, "w") and not {"weak", "attention"} & set(rule.needs):
            w = float(rule.w)
        rule = getattr(rule, "rule", None)
    return w + (float(pull.gamma) if hasattr(pull, "label") else 0.0)


@lru_cache(maxsize=6)
@torch.no_grad()
def run(setting: Setting) -> Run:
    """Sample. `setting.at` plays no part: pass it as the default, so that the same run is found again.

    Raises:
        OptionError: an entry that cannot work here, by field.
    """
    plane = plane_of(setting)
    controls, sampler, denoiser = controls_of(plane, setting)
    generator = torch.Generator().manual_seed(setting.seed)
    n = setting.points

    def draw(shape):
        return torch.randn(tuple(shape), generator=generator)

    data, labels = plane.mixture.sample(n, generator)
    conditional, _ = plane.mixture.of(setting.label).sample(n, generator)
    noise = draw((n, 2))
    times = plane.schedule.times(setting.steps)
    x = draw((n, 2))
    states, levels = [x], []
    with told("sampler" if not setting.rule and not setting.pull else "rule", sampler):
        for t, x, _ in sampler.run(controls.denoise, controls.pull, x, times, draw, None):
            states.append(x)
            levels.append(t)
    states = torch.nan_to_num(torch.stack(states), nan=SAFE, posinf=SAFE, neginf=-SAFE).clamp(-SAFE, SAFE)
    rule, pull, _ = entries(setting.rule, setting.pull, setting.sampler, setting.label)
    strength = strength_of(rule, pull)
    tilted = None
    if -1 <= strength <= MAX_TILT:
        tilted = Tilted(plane.mixture, setting.label, strength).sample(n, generator, most=20)
    clouds = {"guided": states[-1], "conditional": plane.mixture.of(setting.label).sample(n, generator)[0]}
    if tilted is not None:
        clouds["tilted"] = tilted.points
    numbers = {name: measure(points, conditional, plane.mixture, setting.label) for name, points in clouds.items()}
    inactive = tuple(dict.fromkeys(effect.name for effect in controls.effects if effect.none))
    return Run(
        plane,
        states,
        [*levels, plane.schedule.at(-1)],
        data,
        labels,
        noise,
        conditional,
        None if tilted is None else tilted.points,
        n if tilted is None else tilted.exact,
        strength,
        numbers,
        inactive,
        weaker(rule, sampler, setting.steps) if rule is not None else None,
        denoiser.calls,
    )


@torch.no_grad()
def fields(setting: Setting, t: Time, where: Tensor) -> tuple[Tensor, Tensor]:
    """The score of the class without guidance, and the guided one, at points (m, 2). (m, 2) each."""
    plane = plane_of(setting)
    controls, _, denoiser = controls_of(plane, setting)
    with told("rule", setting):
        guided = controls.denoise(where, t)
        gradient = controls.pull(where, t, guided)
        score = guided.whole(where, t).score(t)
        if gradient is not None:
            score = score + gradient
        plain = denoiser(where, t, "conditional")[0].score(t)
    return plain, score


@torch.no_grad()
def coincidence(setting: Setting, t: Time, strength: float) -> float | None:
    """Largest difference of ε̂ between classifier guidance at γ = 1 + w on the unconditional model and classifier-free
    guidance at w, in float64, through the rule and the pull themselves (equation 25). None where they are not allowed.
    """
    by_rule, by_pull = (kinds[name] for kinds, name in zip((RULES, PULLS), COINCIDE, strict=True))
    plane = plane_of(setting, torch.float64)
    x = 2 * torch.randn(64, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    denoiser = plane.denoiser(setting.label)
    try:
        free = by_rule(strength)(denoiser, x, t)
        pull = by_pull(1 + strength, str(setting.label)).begin(plane)
    except ValueError:
        return None
    null = denoiser(x, t, "null")[0]
    gradient = pull(x, t, null)
    by_classifier = null.eps if gradient is None else null.eps - t.b * gradient
    return float((free.eps - by_classifier).abs().max())
