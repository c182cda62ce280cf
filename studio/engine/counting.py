"""How often the drawing networks of a pipeline are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines import CONDITIONS


@contextmanager
def counting(pipe) -> Iterator[Counter]:
    """A counter whose `calls` grows by the batch at each call of a drawing network while the context is open.

    A network that is told of conditions is worth a share of a call, as in the recipe's cost.
    """
    counter = Counter()
    names = {"unet": 1.0, "weak": 1.0, "upsampler": 1.0}
    names |= {part: kind.share for kind in CONDITIONS.values() for part in kind.needs if kind.share}
    parts = {name: getattr(pipe, name, None) for name in names}
    networks = {name: network for name, network in parts.items() if network is not None}
    for name, network in networks.items():
        network.forward = _counted(network.forward, counter, names[name])
    try:
        yield counter
    finally:
        for network in networks.values():
            del network.forward  # the class's own shows again


class Counter:
    """Network calls: `calls` is a whole number."""

    def __init__(self):
        self.total = 0.0

    @property
    def calls(self) -> int:
        return round(self.total)


def _counted(forward, counter: Counter, worth: float):
    def counted(sample, *arguments, **named):
        counter.total += worth * len(sample)
        return forward(sample, *arguments, **named)

    return counted
