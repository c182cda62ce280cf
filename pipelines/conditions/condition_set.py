"""The conditions of a run as the side networks that are told of them, and what each branch is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..declarations.arguments import several
from ..declarations.options import placed
from ..lazy import torch
from ..networks.condition_input import ConditionInput
from ..networks.side_network import SideNetwork
from .base import Conditioning


class ConditionSet(NamedTuple):
    """sides: the networks. told: of each, all that it is told; unguided: the same without what only the prompt's branch hears."""

    sides: tuple[SideNetwork, ...] = ()
    told: tuple[ConditionInput, ...] = ()
    unguided: tuple[ConditionInput, ...] = ()

    @property
    def silent(self) -> tuple[ConditionInput, ...]:
        """Of each network that it is told nothing."""
        return tuple(each.silenced(True) for each in self.told)


def combine(conditions: Sequence[Conditioning], pipe, batch: int) -> ConditionSet:
    """Conditions at strength 0 are left out; joint ones of one class are told to one network together.

    Raises:
        ValueError: a condition that does not fit the pipeline or the number of pictures, or one kind twice among joint ones.
    """
    groups: list[dict[str, Conditioning]] = []
    for number, each in enumerate(several(Conditioning, "conditions", conditions, "ControlNet(images=picture)")):
        place = f"conditions[{number}]"
        if missing := each.lacks(pipe):
            raise ValueError(f"{place}: {type(each).__name__} cannot be used here. {missing}")
        if each.strength == 0:
            continue
        with_it = next((g for g in groups if each.joint and type(next(iter(g.values()))) is type(each)), None)
        if with_it is None:
            groups.append({place: each})
        else:
            with_it[place] = each
    found = [_group(group, pipe, batch) for group in groups]
    return ConditionSet(*(tuple(parts) for parts in zip(*found, strict=True))) if found else ConditionSet()


def _group(group: dict[str, Conditioning], pipe, batch: int) -> tuple[SideNetwork, ConditionInput, ConditionInput]:
    every = []
    for place, each in group.items():
        with placed(place):
            every.append(each.told(pipe, batch))
    places, group = list(group), list(group.values())
    filled = torch.stack([each.strength[0] > 0 for each in every])  # (conditions, K)
    if (twice := filled.sum(0) > 1).any():
        same = " and ".join(place for place, own in zip(places, filled[:, twice].any(1), strict=True) if own)
        raise ValueError(
            f"{same}: Two {type(group[0]).__name__} conditions of one kind cannot be told to one network; "
            "choose other kinds, or add up ControlNets."
        )
    told = ConditionInput(*(sum(parts) for parts in zip(*every, strict=True)))  # where one is filled the others are 0
    prompt_only = torch.tensor([each.branches == "conditional" for each in group], device=filled.device)
    return group[0].side(pipe), told, told.silenced((filled & prompt_only[:, None]).any(0))
