"""What of a run's settings will have no effect, or another one than their words say: known before anything is drawn.

What only the run itself can show, such as a gradient that is too small, is an effect, see `pipelines.runs.effects`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from warnings import warn

from ..guidance.shared import Asked
from ..lazy import torch
from ..process.window import steps_inside
from ..samplers import DDIM

OWN = {"conditional"}  # the branches of a rule that does not guide


class GuidanceWarning(UserWarning):
    """A setting of a run that had no effect, or another one than its words say."""


def parts(rule) -> Iterator:
    """The rule and all those inside of it, an outer one first."""
    yield rule
    for inner in (getattr(rule, "rule", None), *getattr(rule, "rules", ())):
        if inner is not None:
            yield from parts(inner)


def takes_apart(sampler) -> bool:
    """Whether the sampler takes x̂0 and ε̂ apart with these options, as a rule that `splits` needs it."""
    splits = sampler.splits
    return (
        all(getattr(sampler, name) == value for name, value in splits.items())
        if isinstance(splits, Mapping)
        else splits
    )


def weaker(rule, sampler, steps: int) -> str | None:
    """Name of the rule that is here only classifier-free guidance at w = strength − 1; None when there is none.

    One step is a jump to x̂0, whatever the sampler, and makes no new noise.
    """
    if takes_apart(sampler) and steps > 1:
        return None
    return next((type(each).__name__ for each in parts(rule) if each.splits and getattr(each, each.strength)), None)


def branches(rule, times: Iterable) -> set[str] | None:
    """The branches that a rule asks for in a run that asks it at these times; None when only a real picture tells."""
    asked, rule = Asked(), rule.begin()
    try:
        for t in times:
            rule(asked, torch.zeros(1, 1, 2, 2), t)
    except Exception:  # a rule of one's own that needs a whole picture
        return None
    return set(asked.names)


def closed(rule, times: Sequence) -> Any | None:
    """The wrapper in a rule that keeps what is inside of it from acting at every one of these times; None without one."""
    for each in parts(rule):
        inner = getattr(each, "rule", None)
        if inner is not None and branches(each, times) == OWN and branches(inner, times) not in (OWN, None):
            return each
    return None


def inactive(condition, steps: int) -> bool:
    """Whether a condition that has a strength speaks in none of so many steps: none lies whole in its window."""
    return condition.strength != 0 and not steps_inside(condition.start, condition.end, steps)


def sentences(
    pipe,
    prompt=None,
    *,
    negative_prompt=None,
    rules=(),
    pulls=(),
    conditions=(),
    sampler=None,
    num_inference_steps: int = 25,
    **ignored,
) -> list[str]:
    """What to say of the settings of a run, those of `GuidedPipeline.steps`, before it."""
    sampler, steps = (sampler or DDIM()).bound(pipe), num_inference_steps
    times = sampler.asked(pipe.schedule.times(steps))
    found = []
    for name, reader, text in _texts(pipe, prompt, negative_prompt, pulls):
        if left := reader.reading(text).left_out:
            found.append(f"{name}: {type(reader).__name__} reads {reader.length} tokens, which leaves out {left!r}.")
    for rule in rules:
        if name := weaker(rule, sampler, steps):
            of = "one step makes no new noise" if takes_apart(sampler) else f"{sampler} takes x0 and its noise together"
            found.append(f"{name} is here only classifier-free guidance at w = strength - 1, weaker than none: {of}.")
        if wrapper := closed(rule, times):
            found.append(f"{type(wrapper).__name__} lets its rule act at none of the {steps} steps: it does not guide.")
    found += [
        f"{type(each).__name__} has no effect: none of the {steps} steps lies whole between its start and its end."
        for each in conditions
        if inactive(each, steps)
    ]
    return list(dict.fromkeys(found))


def tell(pipe, prompt, settings: Mapping) -> None:
    """Warn of what is known before a run. For the caller of the caller."""
    for sentence in sentences(pipe, prompt, **settings):
        warn(sentence, GuidanceWarning, stacklevel=3)


def tell_silent(pipe, effects: Iterable, settings: Mapping) -> None:
    """Warn of what had no effect, after a run. What asks for nothing, as w = 0 does, and what was told, is no surprise."""
    sampler = (settings.get("sampler") or DDIM()).bound(pipe)
    times = sampler.asked(pipe.schedule.times(settings.get("num_inference_steps", 25)))
    quiet = {type(rule).__name__ for rule in settings.get("rules", ()) if branches(rule, times) == OWN}
    quiet |= {type(pull).__name__ for pull in settings.get("pulls", ()) if getattr(pull, "gamma", 1) == 0}
    for name in dict.fromkeys(effect.name for effect in effects if effect.none and effect.name not in quiet):
        warn(f"{name} had no effect on these pictures.", GuidanceWarning, stacklevel=3)


def _texts(pipe, prompt, negative_prompt, pulls) -> Iterator[tuple[str, Any, str]]:
    """Name of each text, who reads it, and the text; only of those who read no more than their context."""
    found = [("prompt", pipe.text_encoder, prompt), ("negative_prompt", pipe.text_encoder, negative_prompt)]
    for pull in pulls:
        found += [(f"{type(pull).__name__}.{name}", *each) for name, each in pull.texts(pipe).items()]
    for name, reader, value in found:
        if hasattr(reader, "reading"):
            yield from ((name, reader, text) for text in ((value,) if isinstance(value, str) else value or ()))
