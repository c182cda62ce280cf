"""Several runs of one pipeline at once: what they ask of the network is one batch, and the same row is asked once.

Runs of one sampler visit the same times, so the sampler takes its steps on all of their pictures together. At each x_t
a shadow of every rule, on a picture of one pixel, says which branches it will ask for; these are evaluated for all runs
in one call; then each rule finds its own. Runs that begin with the same noise share the first step's null branch, and
runs that do the same share everything. What a shadow did not foresee is asked alone. Gradients are taken run by run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from ..conditions import combine
from ..declarations.arguments import each_of, one
from ..declarations.options import placed
from ..guidance.shared import Asked
from ..networks.condition_input import Condition
from ..networks.precision import wide
from ..process.noise import Draw
from ..process.prediction import Prediction, Split
from ..process.times import Time, timesteps
from ..process.window import Place
from ..samplers import DDIM, Sampler
from .batch import batch_of
from .denoiser import Denoiser
from .effects import Controls
from .guided import GuidedPipeline
from .step import Step

MAX_ROWS = 80  # of one network call on a processor; larger ones leave its caches, and are cut into equal parts
BATCH = {"prompt", "negative_prompt", "seeds", "generator", "num_images_per_prompt", "latents"}
SETTINGS = {*BATCH, "rules", "pulls", "conditions", "sampler", "num_inference_steps"}


@torch.no_grad()
def together(pipe: GuidedPipeline, runs: Sequence[Mapping], max_rows: int = MAX_ROWS) -> Iterator[list[Step]]:
    """The steps of several runs, a list of one `Step` a run at each time.

    Args:
        runs: keyword arguments of `GuidedPipeline.steps`, with the same sampler and number of steps.
        max_rows: the most pictures in one network call.

    Raises:
        ValueError: no runs, runs that cannot go together, and what `GuidedPipeline.steps` raises.
    """
    runs = each_of("runs", runs, lambda run: isinstance(run, Mapping), "keywords")
    if not runs:
        raise ValueError("runs is empty; allowed: at least one.")
    for place, run in enumerate(runs):
        if unknown := set(run) - SETTINGS:
            raise ValueError(f"runs[{place}] has {min(unknown)!r}, which is not allowed; allowed: {sorted(SETTINGS)}.")
    ways = [(run.get("sampler", DDIM()), run.get("num_inference_steps", 25)) for run in runs]
    if different := next((place for place, way in enumerate(ways) if way != ways[0]), None):
        raise ValueError(f"runs[0] with {ways[0]} and runs[{different}] with {ways[different]} cannot go together.")
    sampler, steps = ways[0]
    one(Sampler, "sampler", sampler, "DDIM()")
    told: dict = {}
    parts = []
    for place, run in enumerate(runs):
        with placed(f"runs[{place}]"):
            parts.append(_Part(pipe, run, told))
    draw = Draw([g for part in parts for g in part.draw.generators], pipe.unet.device)
    joined = _Joined(parts, max_rows)
    times = pipe.schedule.times(steps)
    x = torch.cat([part.x for part in parts])
    run = sampler.bound(pipe).run(joined.denoise, joined.pull, x, times, draw, pipe.config.clip_sample_range)
    for index in range(steps):
        for part in parts:
            part.denoiser.place = Place(index, steps)
        t, x, prediction = next(run)
        yield [
            Step(
                index, steps, t, x[rows], type(prediction)(*(each[rows] for each in prediction)), part.controls.effects
            )
            for part, rows in zip(parts, joined.rows, strict=True)
        ]


class _Part:
    """One of the runs: its conditions, its controls, and a shadow of its rules. shared: what is told to runs of the same
    texts and conditions, so that these are encoded once.
    """

    def __init__(self, pipe: GuidedPipeline, run: Mapping, shared: dict):
        asked = batch_of(**{name: run[name] for name in BATCH if name in run})
        self.draw, batch, texts, null = asked.draw(pipe.unet.device), len(asked), asked.texts, asked.null
        self.x = asked.begin(self.draw, pipe.sample_shape, wide(pipe.unet.dtype))
        conditions = tuple(run.get("conditions", ()))
        same = (tuple(texts), tuple(null), *map(id, conditions))
        if same not in shared:
            joined = combine(conditions, pipe, batch)
            shared[same] = (joined, pipe.denoiser(texts, null, joined))
        joined, self.denoiser = shared[same]
        self.sides = joined.sides
        # What a row is told, in a form that is equal where that is equal: rows of one noise that are told the same are one.
        each = range(batch) if any(map(_differs, conditions)) else [0] * batch
        told = [(conditions, row) if joined.sides else () for row in each]
        prompt_only = any(c.branches == "conditional" for c in conditions)
        self.rows = {
            "conditional": list(zip(texts, told)),
            "null": list(zip(null, [("unguided", each) for each in told] if prompt_only else told)),
            "conditioned": list(zip(null, told)),
            "bare": [(text, ()) for text in null],
        }
        self.found = _Found(self.denoiser)
        rules, pulls = pipe.begun(run.get("rules", ())), pipe.bound(run.get("pulls", ()), self.denoiser)
        self.controls = Controls(self.found, rules, pulls, negative=any(null))
        self._asked = Asked()
        self._shadow = Controls(self._asked, [rule.begin() for rule in rules], ())

    def asks(self, t: Time) -> list[str]:
        """The branches that the rules will ask for at the next x_t, as far as a shadow of them tells."""
        self._asked.names = []
        try:
            self._shadow.denoise(torch.zeros(1, 1, 2, 2), t)
        except Exception:  # a rule of one's own that needs a whole picture: it asks alone
            return []
        return self._asked.names


def _differs(condition) -> bool:
    """Whether it may tell each picture something else."""
    return any(len(getattr(condition, name, ())) > 1 for name in ("images", "embeddings"))


class _Found:
    """A denoiser that has been given answers at one x_t, and asks its own for all others."""

    def __init__(self, own: Denoiser):
        self.own = own
        self._at: tuple = (None, None)
        self._known: dict[str, Prediction] = {}

    def give(self, x: Tensor, t: Time, known: dict[str, Prediction]) -> None:
        """Hold what was found for these branches at this x_t."""
        self._at, self._known = (x, t), known

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        known = self._known if self._at[0] is x and self._at[1] == t else {}
        new = [name for name in branches if name not in known]
        fresh = dict(zip(new, self.own(x, t, *new), strict=True)) if new else {}
        return [known[name] if name in known else fresh[name] for name in branches]


class _Joined:
    """The two functions that a sampler asks, for all parts at once."""

    def __init__(self, parts: Sequence[_Part], max_rows: int):
        self.parts, self.max_rows = parts, max_rows
        self._told: dict[str, tuple[tuple, Condition]] = {}
        ends = accumulate((len(part.draw) for part in parts), initial=0)
        self.rows = [slice(*pair) for pair in pairwise(ends)]

    def denoise(self, x: Tensor, t: Time) -> Prediction:
        """The guided predictions, (B, C, H, W) with B all pictures of all parts."""
        own = [x[rows] for rows in self.rows]
        self._ask(x, own, t)
        guided = [part.controls.denoise(each, t) for part, each in zip(self.parts, own, strict=True)]
        if len({isinstance(each, Split) for each in guided}) > 1:
            raise ValueError("Runs with CFGPlusPlus and runs without cannot go together.")
        return type(guided[0])(*(torch.cat(each) for each in zip(*guided, strict=True)))

    def pull(self, x: Tensor, t: Time, prediction: Prediction) -> Tensor | None:
        """The gradients, each part's from its own pulls, or None when no part has one."""
        if not any(part.controls.pulls for part in self.parts):
            return None
        found = []
        for part, rows in zip(self.parts, self.rows, strict=True):
            gradient = part.controls.pull(x[rows], t, type(prediction)(*(each[rows] for each in prediction)))
            found.append(torch.zeros_like(x[rows]) if gradient is None else gradient)
        return torch.cat(found)

    def _ask(self, x: Tensor, own: Sequence[Tensor], t: Time) -> None:
        """Evaluate what the parts will ask for, each different row once, and give it to them."""
        same = _first_equal(x)
        wanted: dict[tuple, list[tuple[int, str]]] = {}  # by the network and what stands beside it
        for i, part in enumerate(self.parts):
            for name in part.asks(t):
                if name in part.denoiser.branches or name in part.denoiser.variants:
                    network = "" if name in part.denoiser.branches else name
                    wanted.setdefault((network, part.sides), []).append((i, name))
        known: list[dict[str, Prediction]] = [{} for _ in self.parts]
        for (network, _), asked in wanted.items():
            for (i, name), rows in zip(asked, self._evaluate(network, asked, x, same, t), strict=True):
                known[i][name] = Prediction.of(self.parts[i].denoiser.target, own[i], rows, t)
        for part, each, answers in zip(self.parts, own, known, strict=True):
            part.found.give(each, t, answers)

    def _evaluate(self, network: str, asked, x: Tensor, same: Sequence[int], t: Time) -> list[Tensor]:
        """What a network gives for each (part, branch), (B of the part, C, H, W); "" is the pipeline's own network."""
        place: dict[tuple, int] = {}  # of a row and what it is told
        origin, where = [], []
        for i, name in asked:
            branch = name if not network else "conditional"
            start = self.rows[i].start
            indices = []
            for row, told in enumerate(self.parts[i].rows[branch]):
                key = (same[start + row], told)
                if key not in place:
                    place[key] = len(origin)
                    origin.append((i, branch, row))
                indices.append(place[key])
            where.append(indices)
        first = self.parts[asked[0][0]].denoiser
        call = first.variants[network] if network else first.network
        rows = x[torch.tensor([self.rows[i].start + row for i, _, row in origin], device=x.device)]
        if self._told.get(network, (None,))[0] != (key := tuple(origin)):  # the same at most steps
            rows_told = [self.parts[i].denoiser.branches[branch].rows([row]) for i, branch, row in origin]
            self._told[network] = (key, Condition.cat(rows_told))
        told = self._told[network][1].at(first.place)
        size = math.ceil(len(origin) / math.ceil(len(origin) / self.max_rows))  # equal parts
        outputs = [
            call(rows[part], timesteps(t, rows[part]), told.rows(part))
            for part in (slice(start, start + size) for start in range(0, len(rows), size))
        ]
        output = torch.cat(outputs) if len(outputs) > 1 else outputs[0]
        return [output[torch.tensor(indices, device=x.device)] for indices in where]


def _first_equal(x: Tensor) -> list[int]:
    """For each row the first row that is equal to it, to the bit. (B, ...) -> B numbers."""
    flat = x.flatten(1)
    few = flat[:, :: max(1, flat.shape[1] // 64)].float().cpu().contiguous().numpy()
    seen: dict[bytes, list[int]] = {}
    found = []
    for row in range(len(flat)):
        near = seen.setdefault(few[row].tobytes(), [])
        equal = next((other for other in near if torch.equal(flat[other], flat[row])), row)
        if equal == row:
            near.append(row)
        found.append(equal)
    return found
