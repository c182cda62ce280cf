"""How a class is chosen at each step of a sequence: greedily, by beams, or at random with T, top-K and top-p.

The loop, the beams and what T, K and p do are transformers' own. A class is drawn by the largest of logit + Gumbel
noise, which is a draw from their softmax (Gumbel 1954; Maddison, Tarlow & Minka 2014): so each row has a stream of
noise of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.special import log_ndtr
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from ..process.noise import Draw


class Branch(NamedTuple):
    """One sequence that beam search held on to at its step.

    codes: the classes so far; log_prob: the sum of their log probabilities; parent: its place in the tree, None of
    the root;
    best: whether the result goes through it.
    """

    codes: tuple[int, ...]
    log_prob: float
    parent: int | None
    best: bool


@dataclass(frozen=True)
class Generated:
    """Sequences, and what they were chosen from.

    codes: (B, K) long. log_probs: (B, K, classes), of each class after those before it, as the network says. kept: the
    same after T, top-K and top-p, −inf where these cut; of each row the log of probabilities. trees: of each row what
    beam search held, the root first and a parent before its children; () without beams.
    """

    codes: Tensor
    log_probs: Tensor
    kept: Tensor
    trees: tuple[tuple[Branch, ...], ...] = ()


def check(do_sample: bool, num_beams: int, temperature: float, top_k: int, top_p: float) -> None:
    """Raises ValueError for what is not allowed, by name."""
    wrong = (
        ("num_beams", num_beams, num_beams >= 1, "whole numbers from 1"),
        ("temperature", temperature, 0 <= temperature < float("inf"), "finite numbers from 0, which is greedy"),
        ("top_k", top_k, top_k >= 0, "whole numbers from 0, which is all"),
        ("top_p", top_p, 0 < top_p <= 1, "numbers above 0, up to 1, which is all"),
        ("num_beams", num_beams, num_beams == 1 or not do_sample, "1 where do_sample is True: beams do not draw"),
    )
    for name, value, fits, allowed in wrong:
        if not fits:
            raise ValueError(f"{name} = {value!r} is not allowed; allowed: {allowed}.")


def warpers(temperature: float, top_k: int, top_p: float) -> list[LogitsProcessor]:
    """What T, top-K and top-p do, in this order, as transformers does; those that do nothing are left out."""
    found: list[LogitsProcessor] = []
    if temperature != 1:
        found.append(TemperatureLogitsWarper(float(temperature)))
    if top_k:
        found.append(TopKLogitsWarper(top_k))
    if top_p < 1:
        found.append(TopPLogitsWarper(top_p))
    return found


class Gumbel(LogitsProcessor):
    """Adds noise to logits, so that the largest is a draw. draw: one stream a row."""

    def __init__(self, draw: Draw):
        self.draw = draw

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        uniform = log_ndtr(self.draw(scores.shape).to(scores.device, torch.float64))  # its logarithm
        return scores - torch.log(-uniform).to(scores.dtype)


class Guided(LogitsProcessor):
    """Classifier-free guidance of log probabilities: (1 + w) log p(c | y) − w log p(c), made a distribution again.

    null: from the classes so far, (B, k) long, to the logits of the next without a text.
    """

    def __init__(self, w: float, null):
        self.w, self.null = w, null

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        told, untold = scores.log_softmax(-1), self.null(input_ids).to(scores).log_softmax(-1)
        return ((1 + self.w) * told - self.w * untold).log_softmax(-1)


class Record(LogitsProcessor):
    """Changes nothing and remembers: log probabilities of the next class, by row and the classes before it."""

    def __init__(self, rows: int):
        self.tables: list[dict[tuple[int, ...], Tensor]] = [{} for _ in range(rows)]

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        each = len(input_ids) // len(self.tables)
        for place, (codes, row) in enumerate(zip(input_ids.tolist(), scores.log_softmax(-1), strict=True)):
            self.tables[place // each].setdefault(tuple(codes), row)
        return scores

    def along(self, codes: Tensor) -> Tensor:
        """What was remembered on the way to these sequences: (B, K) -> (B, K, classes)."""
        return torch.stack(
            [
                torch.stack([table[tuple(row[:k])] for k in range(len(row))])
                for table, row in zip(self.tables, codes.tolist(), strict=True)
            ]
        )

    def tree(self, row: int, ends: list[list[int]]) -> tuple[Branch, ...]:
        """What beam search held of a row: all that was asked about, and the ends, the best one first."""
        table, best = self.tables[row], tuple(ends[0])
        found: list[Branch] = []
        places: dict[tuple[int, ...], int] = {}
        for codes in sorted([*table, *map(tuple, ends)], key=len):
            parent = places[codes[:-1]] if codes else None
            gained = found[parent].log_prob + table[codes[:-1]][codes[-1]].item() if codes else 0.0
            places[codes] = len(found)
            found.append(Branch(codes, gained, parent, best[: len(codes)] == codes))
        return tuple(found)


def generate(
    model,
    prefix: Tensor,
    length: int,
    *,
    guided: Guided | None = None,
    draw: Draw | None = None,
    num_beams: int = 1,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> Generated:
    """Sequences of a transformers language model after what stands before them, (B, L, width).

    draw: noise to choose with, one stream a row; None, or temperature 0: the likeliest, of one beam or several.
    """
    draws = draw is not None and temperature > 0
    first, last = Record(len(prefix)), Record(len(prefix))
    changes = [first, *warpers(temperature, top_k, top_p), last, Gumbel(draw)] if draws else [first, last]
    answer = model.generate(
        inputs_embeds=prefix,
        attention_mask=prefix.new_ones(prefix.shape[:2], dtype=torch.long),
        logits_processor=LogitsProcessorList([guided, *changes] if guided else changes),
        max_new_tokens=length,
        do_sample=False,
        num_beams=num_beams,
        num_return_sequences=num_beams,
        **(dict(length_penalty=0.0) if num_beams > 1 else {}),
        pad_token_id=0,
        return_dict_in_generate=True,
    )
    ends = answer.sequences.unflatten(0, (-1, num_beams))
    codes = ends[:, 0]
    trees = [first.tree(row, each.tolist()) for row, each in enumerate(ends)] if num_beams > 1 else []
    return Generated(codes, first.along(codes), last.along(codes), tuple(trees))
