"""Labels of a network with several heads, found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from ..declarations.options import placed

Labels = Mapping[str, Sequence[str]]


def each_found(label: str | Sequence[str], how: Callable[[str], tuple[str, int]]) -> list[tuple[str, int]]:
    """What `how` finds for one label, or for each of several. ValueError for an unknown one, by its place."""
    if isinstance(label, str):
        return [how(label)]
    found = []
    for place, each in enumerate(label):
        with placed(f"label[{place}]"):
            found.append(how(each))
    return found


def find(labels: Labels, label: str) -> tuple[str, int]:
    """(head, index) of "food" or "subgroup:fruit". ValueError names the nearest ones for an unknown label."""
    wanted = str(label).strip().lower()
    for head, names in labels.items():
        for index, name in enumerate(names):
            if wanted in (name.lower(), f"{head}:{name.lower()}"):
                return head, index
    every = {form: name for head, names in labels.items() for name in names for form in (name, f"{head}:{name}")}
    near = list(dict.fromkeys(every[form] for form in get_close_matches(wanted, list(every), n=5, cutoff=0.5)))
    hint = f"did you mean {near}?" if near else f"it may be one of {list(next(iter(labels.values())))}, among others."
    raise ValueError(f"Unknown label {label!r}; {hint}")
