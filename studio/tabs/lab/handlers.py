"""What happens on the Lab: a request is checked, computed in one thread, and answered by plain values or by what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipelines.declarations.options import OptionError

from ...engine.work import Worker
from ...page.status import problem_pair
from ...words.reasons import reason_of
from .flow import Flow, flow_view
from .kernel import Step, kernel_view
from .paths import Carried, paths_view
from .presets import EDGE, PRESETS, SCENES
from .schedule import Forward, schedule_view
from .setting import Setting
from .views import FourViews, four_views

GRID = 17  # arrows a side
SHOWN_PATHS = 90
SCALE = 100  # coordinates travel as whole hundredths


class Handlers:
    """Answers of the Lab. Every method takes what the page sent and gives a dictionary that JSON can hold:
    the view, or {"problem": {"field", "allowed", "said"}}, said in English and Chinese, or {"failed": "..."}.
    """

    def __init__(self):
        self._worker = Worker("lab")

    def start(self) -> dict:
        """What the page needs to draw its controls: presets, scenes, and every rule, pull and sampler there is."""
        return self._answer(_start)

    def plane(self, raw: Any) -> dict:
        """The mixture in the plane under a setting; see `Setting`."""
        return self._answer(lambda: plane_view(Setting.parse(raw)))

    def flow(self, raw: Any) -> dict:
        """The 1-D flow; see `Flow`."""
        return self._answer(lambda: flow_view(Flow.parse(raw)))

    def schedule(self, raw: Any) -> dict:
        """A schedule and its losses; see `Forward`."""
        return self._answer(lambda: schedule_view(Forward.parse(raw)))

    def kernel(self, raw: Any) -> dict:
        """One guided step, exactly and to first order; see `Step`."""
        return self._answer(lambda: kernel_view(Step.parse(raw)))

    def paths(self, raw: Any) -> dict:
        """The flow on the plane; see `Carried`."""
        return self._answer(lambda: paths_view(Carried.parse(raw)))

    def views(self, raw: Any) -> dict:
        """One sample in four views; see `FourViews`."""
        return self._answer(lambda: four_views(FourViews.parse(raw)))

    def _answer(self, job: Callable[[], dict]) -> dict:
        began = time.perf_counter()
        try:
            found = self._worker.submit(job).result()
        except OptionError as error:
            said = [text[:500] for text in problem_pair(error)]
            return {"problem": {"field": str(error.field), "allowed": str(error.allowed)[:400], "said": said}}
        except Exception as error:  # the page must go on, whatever it was
            return {"failed": f"{type(error).__name__}: {reason_of(error)[:300]}"}
        return found | {"ms": round(1000 * (time.perf_counter() - began))}


def _start() -> dict:
    from .catalogue import catalogue

    return {"presets": PRESETS, "scenes": SCENES, "catalogue": catalogue()}


def plane_view(setting: Setting) -> dict:
    """Clouds, paths, fields and numbers. Coordinates are whole hundredths, [x, y, x, y, ...]."""
    import torch

    from .run import coincidence, fields, run

    done = run(replace(setting, at=0.5))
    plane = done.plane
    t = plane.schedule.at(round(setting.at * (len(plane.schedule) - 1)))
    axis = torch.linspace(-EDGE, EDGE, GRID)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    plain, guided = fields(setting, t, grid)
    near = min(range(len(done.levels)), key=lambda k: abs(done.levels[k].index - t.index))
    best = plane.mixture.log_probs(done.states[-1], done.levels[-1]).argmax(1)
    same = coincidence(setting, t, done.strength) if -1 <= done.strength <= 20 else None
    return {
        "t": {"index": t.index, "a": t.a, "b": t.b},
        "clouds": {
            "data": _flat(done.data),
            "noised": _flat(t.a * done.data + t.b * done.noise),
            "now": _flat(done.states[near]),
            "guided": _flat(done.states[-1]),
            "conditional": _flat(done.conditional),
            "tilted": None if done.tilted is None else _flat(done.tilted),
        },
        "labels": done.labels.tolist(),
        "levels": [[level.a, level.b] for level in done.levels],
        "guided_labels": [plane.mixture.classes[k] for k in best.tolist()],
        "paths": [_flat(done.states[:, k]) for k in range(min(SHOWN_PATHS, setting.points))],
        "fields": {"plain": _flat(plain), "guided": _flat(guided), "edge": EDGE, "side": GRID},
        "numbers": done.numbers,
        "strength": done.strength,
        "tilted_exact": done.tilted_exact / setting.points,
        "same": same,
        "inactive": list(done.inactive),
        "weaker": done.weaker,
        "calls": done.calls,
        "away": round(float((done.states[-1].abs().amax(1) > EDGE).float().mean()), 4),
    }


def _flat(points) -> list[int]:
    """(n, 2) as whole hundredths; what is far away stays at 9,999."""
    return (points * SCALE).nan_to_num(9999).clamp(-9999, 9999).round().int().flatten().tolist()
