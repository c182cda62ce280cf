"""How well pictures keep what they were shown, against strength and against diversity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...conditions import CONDITIONS
from ...conditions.extract import KINDS, extract
from ...conditions.usual import USUAL
from ...declarations.inline import as_url
from ...evaluation.adherence import colour_error, edge_f1, mask_iou
from ...evaluation.intervals import CHORD, COSINE, SHARE, Figure
from ...evaluation.measures import cosines
from ...guidance import ClassifierFree
from .context import BATCH, Context
from .curves import board, panel
from .setup import Thing, things
from .tables import Section, Table

STRENGTHS = (0.5, 1.0, 1.5)
SHAPES, OTHERS, SEEDS, W = 32, 96, 2, 2.0
HEADS = ("group", "subgroup")
COLUMNS = ("edge F1", "mask IoU", "colour error", *HEADS, "distance")
CURVES = "conditions.png"


def measure(context: Context) -> Section | None:
    """None for a world without a ControlNet."""
    if context.lacks("controlnet", "conditions"):
        return None
    count = SHAPES // 4 if context.quick else SHAPES
    shapes = _rows(context, count, 0)
    own = Shown(context, shapes, things_of(context, shapes))
    tables = [_strengths(context, own), _others(context), _unnamed(context, own)]
    if not context.lacks("global_adapter", "conditions: a reference picture"):
        tables.append(_like(context, own))
    _curves(tables[0]).save(context.folder / CURVES, optimize=True)
    return Section(
        "conditions",
        "Conditions",
        f"""Maps are taken from {count} held-out pictures ({_other_count(context)} for another thing's) and shown with their names at w = {W:g}, {SEEDS}
seeds each, {context.steps} steps.
Of what was drawn the same maps are taken and held to those that were shown: F1 of the edges with a tolerance of 2 pixels of 64,
intersection over union of the silhouettes, mean absolute difference of 8 × 8 colour blocks (0 to 1). `group`, `subgroup`: the judge
finds the prompt's. The Draw tab begins with w = {W:g} and these strengths: {_usual()}.
`distance`: of the two seeds of a map, between the judge's features (cosine), so the diversity that is left.
ConditionInput the name that the maps are of, the network draws nearly the same picture without a map; what a map does shows where the
prompt does not say it already: beside the name of a thing of another group, and without a prompt.""",
        tables,
        [CURVES],
    )


class Shown:
    """Things to be asked for, each with the picture that its maps are taken from; each is drawn with every seed."""

    def __init__(self, context: Context, rows: Sequence[int], asked: Sequence[Thing]):
        self.context = context
        self.rows = [row for row in rows for _ in range(SEEDS)]
        self.asked = [thing for thing in asked for _ in range(SEEDS)]
        self.pictures = context.held_out.pictures[self.rows]
        self.wanted = {kind: _maps(kind, self.pictures) for kind in ("edges", "mask", "blocks")}

    @torch.no_grad()
    def draw(self, conditions) -> Tensor:
        """(N, 3, H, W). conditions: a function of the pictures' texts that gives those of a batch."""
        context, made = self.context, []
        for start in range(0, len(self.asked), BATCH):
            part = slice(start, start + BATCH)
            texts = tuple(as_url(picture) for picture in self.pictures[part])
            made.append(
                context.pipe.pictures(
                    context.pipe(
                        [thing.prompt for thing in self.asked[part]],
                        rules=[ClassifierFree(W)],
                        conditions=conditions(texts),
                        num_inference_steps=context.steps,
                        seeds=[context.seed + k for k in range(start, start + len(texts))],
                        output_type="latent",
                    ).images
                )
            )
        return torch.cat(made).clamp(-1, 1)

    @torch.no_grad()
    def figures(self, made: Tensor) -> list[Figure]:
        """In the order of `COLUMNS`. A map's seeds are one thing: the interval is over maps."""
        draws = self.context.draws
        kept = [
            edge_f1(_maps("edges", made), self.wanted["edges"]),
            mask_iou(_maps("mask", made), self.wanted["mask"]),
            colour_error(_maps("blocks", made), self.wanted["blocks"]),
        ]
        features = torch.cat([self.context.judge.features(self.context.for_judge(part)) for part in made.split(128)])
        right = [self._right(features, head) for head in HEADS]
        apart = 1 - cosines(features[::SEEDS].numpy(), features[1::SEEDS].numpy())
        by_map = [np.asarray(values, float).reshape(-1, SEEDS).mean(1) for values in (*kept, *right)]
        return [
            *(Figure.mean(values, draws, within=SHARE) for values in by_map),
            Figure.mean(apart, draws, within=CHORD),  # 1 − cosine, from 0 to 2 as well
        ]

    def _right(self, features: Tensor, head: str) -> list[float]:
        labels = self.context.judge.labels[head]
        said = [labels[k] for k in self.context.said(features.numpy(), head)]
        return [float(one == thing.labels.get(head)) for one, thing in zip(said, self.asked, strict=True)]


def _strengths(context: Context, own: Shown) -> Table:
    table = Table("Against strength", "shown", list(COLUMNS))
    table.rows["nothing"] = own.figures(own.draw(lambda texts: ()))
    for name, part in (("ControlNet", "controlnet"), ("T2IAdapter", "adapter")):
        if not context.lacks(part, f"conditions: rows of {name}"):
            for kind in KINDS if name == "ControlNet" else ("edges", "mask"):
                for strength in STRENGTHS if name == "ControlNet" and not context.quick else (1.0,):
                    table.rows[f"{name}, {kind}, {strength:g}"] = own.figures(
                        own.draw(lambda texts: [CONDITIONS[name](kind=kind, images=texts, strength=strength)])
                    )
    together = {"edges and blocks": ("edges", "blocks"), "mask and labels": ("mask", "labels"), "all five": KINDS}
    for label, kinds in together.items():
        table.rows[f"UniControlNet, {label}, 1"] = own.figures(
            own.draw(lambda texts: [CONDITIONS["UniControlNet"](kind=kind, images=texts) for kind in kinds])
        )
    return table


def _usual() -> str:
    return ", ".join(f"{kind} {strength:g}" for kind, strength in USUAL.items())


def _other_count(context: Context) -> int:
    return OTHERS // 12 if context.quick else OTHERS


def _others(context: Context) -> Table:
    """The maps of one thing with the name of another, from another group; at strength 1, and at the usual one."""
    shapes = _rows(context, _other_count(context), 0)
    names = things_of(context, _rows(context, len(context.held_out.names), 1))
    asked, rng = [], np.random.default_rng(context.seed)
    for row in shapes:
        taken = context.held_out.labels["group"][row]
        asked.append(next(names[k] for k in rng.permutation(len(names)) if names[k].labels["group"] != taken))
    told = [(kind, strength) for kind in KINDS for strength in dict.fromkeys((1.0, USUAL[kind]))]
    return _shown("The maps of another thing than the prompt's", Shown(context, shapes, asked), told)


def _unnamed(context: Context, own: Shown) -> Table:
    """Without a prompt: the judge is asked for what the maps are of."""
    kinds = ("edges",) if context.quick else ("edges", "mask", "blocks")
    return _shown("Without a prompt", _without_names(context, own), [(kind, 1.0) for kind in kinds])


def _shown(title: str, shown: Shown, told: Sequence[tuple[str, float]]) -> Table:
    """told: kinds with their strengths."""
    table = Table(title, "shown", list(COLUMNS))
    table.rows["nothing"] = shown.figures(shown.draw(lambda texts: ()))
    for kind, strength in told:
        table.rows[f"ControlNet, {kind}, {strength:g}"] = shown.figures(
            shown.draw(lambda texts: [CONDITIONS["ControlNet"](kind=kind, images=texts, strength=strength)])
        )
    return table


def _without_names(context: Context, own: Shown) -> Shown:
    return Shown(context, own.rows[::SEEDS], [Thing("", thing.name, thing.labels) for thing in own.asked[::SEEDS]])


@torch.no_grad()
def _like(context: Context, own: Shown) -> Table:
    """A reference picture, without a prompt: by the CLIP that never guides."""
    clip = context.judge_clip
    wanted = clip.encode_image(context.for_judge(own.pictures)).numpy()
    unnamed = _without_names(context, own)
    table = Table("Like this one: a reference picture and no prompt", "shown", ["CLIP image similarity", *COLUMNS])
    for strength in (0.0, 0.5, 1.0, 1.5):
        made = unnamed.draw(lambda texts: [CONDITIONS["GlobalPrompt"](images=texts, strength=strength)])
        near = cosines(clip.encode_image(context.for_judge(made)).numpy(), wanted).reshape(-1, SEEDS).mean(1)
        table.rows[f"GlobalPrompt, {strength:g}"] = [
            Figure.mean(near, context.draws, within=COSINE),
            *unnamed.figures(made),
        ]
    return table


def _curves(table: Table):
    """Kept and diverse against strength, a panel a measure."""
    ticks = ["0", *(f"{strength:g}" for strength in STRENGTHS)]
    kinds = {"edge F1": ("edges", "lines"), "mask IoU": ("mask", "labels"), "colour error": ("blocks", "labels")}

    def line(kind: str, column: str):
        rows = ["nothing", *(f"ControlNet, {kind}, {strength:g}" for strength in STRENGTHS)]
        return kind, [table.at(row, column) for row in rows]

    kept = [
        panel(f"{column}, against strength", ticks, [line(kind, column) for kind in shown], share=True)
        for column, shown in kinds.items()
    ]
    left = panel(
        "distance of two seeds, against strength",
        ticks,
        [line(k, "distance") for k in ("edges", "mask", "blocks", "labels")],
    )
    return board([kept[:2], [kept[2], left]])


def _rows(context: Context, count: int, shift: int) -> list[int]:
    rng = np.random.default_rng(context.seed + shift)
    return rng.permutation(len(context.held_out.names))[:count].tolist()


def things_of(context: Context, rows: Sequence[int]) -> list[Thing]:
    """What these held-out pictures show."""
    held = context.held_out
    return [
        things(
            held._replace(
                pictures=held.pictures[[row]],
                names=[held.names[row]],
                labels={head: [names[row]] for head, names in held.labels.items()},
            ),
            1,
            0,
        )[0]
        for row in rows
    ]


def _maps(kind: str, pictures: Tensor) -> np.ndarray:
    arrays = ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    return np.stack([extract(kind, array, array.shape[0]) for array in arrays])
