"""What of a recipe will have no effect, or another one than its words say: known before it is drawn.

Torch is loaded only where a rule has to be asked itself: for any but plain classifier-free guidance.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines import SAMPLERS
from pipelines.process.window import steps_inside
from pipelines.runs.beforehand import branches, closed, takes_apart, weaker

from . import vocabulary
from .availability import MADE
from .conditions import left_out, word_of
from .inactive import inactive
from .notes import TOLD, TOLD_NEGATIVE, Note, once
from .plan import plan
from .prompts import Reading, read, unknown
from .readers import Files
from .recipe import Recipe
from .specs import PLAIN

OTHER = {"null", "conditioned", "bare"}  # the branches that a negative prompt speaks to


def beforehand(recipe: Recipe, reading: Reading | None = None) -> tuple[Note, ...]:
    """Notes on texts, rule, pulls, conditions and sampler, each once. reading: that of the recipe."""
    reading = reading or read(recipe)
    notes = [*reading.notes, *(Note("idle", {"control": key}) for key in inactive(recipe))]
    notes += _of_rule(recipe, reading, {note.key for note in notes})
    for condition in recipe.conditions:
        empty = condition.strength and not steps_inside(condition.start, condition.end, recipe.steps)
        if empty and left_out(condition) is None:
            notes.append(Note("no_step_inside", {"control": word_of(condition), "steps": str(recipe.steps)}))
    return once(notes)


def all_notes(recipe: Recipe) -> tuple[Note, ...]:
    """The same, after the words of the prompt that are not understood."""
    return (*(each.note for each in unknown(recipe.prompt, recipe.world)), *beforehand(recipe))


def _of_rule(recipe: Recipe, reading: Reading, known: set[str]) -> Iterator[Note]:
    """Whether the rule is another one here, and whether it acts at all. known: keys of what was said already."""
    if type(recipe.rule).__name__ == PLAIN or not known.isdisjoint(TOLD):
        return
    (rule,), sampler, steps = plan(recipe, reading)["rules"], recipe.sampler, {"steps": str(recipe.steps)}
    if name := weaker(rule, sampler, recipe.steps):
        yield _weaker(recipe, name, sampler)
    times = _times(recipe)
    asked = branches(rule, times)
    if wrapper := closed(rule, times):
        yield Note("no_step", {"control": type(wrapper).__name__, **steps})
    elif asked == set():
        yield Note("never_asked", {"control": recipe.rule_name, **steps})
    if reading.negative and asked is not None and not asked & OTHER and known.isdisjoint(TOLD_NEGATIVE):
        yield Note("idle", {"control": "negative_prompt"})


def _weaker(recipe: Recipe, name: str, sampler) -> Note:
    """That a rule is only classifier-free guidance here, and at which w: that of its strengths in this run."""
    w = " … ".join(f"{strength - 1:g}".replace("-", "−") for strength in sorted(recipe.rule.strengths))
    if takes_apart(sampler):
        return Note("weaker_step", {"control": name, "w": w})
    return Note("weaker", {"control": name, "w": w, "sampler": type(sampler).__name__, "others": _others()})


def _others() -> str:
    """The samplers that take the noise apart; of one that does with some options only, these."""
    found = []
    for name, kind in SAMPLERS.items():
        options = (
            ", ".join(f"{option} = {value}" for option, value in kind.splits.items())
            if isinstance(kind.splits, dict)
            else ""
        )
        found += [f"{name} ({options})" if options else name] if kind.splits else []
    return ", ".join(found)


def _times(recipe: Recipe) -> list:
    """The times at which its sampler asks the model of a world, read from the world's files."""
    from pipelines import NoiseSchedule

    folder = vocabulary.WORLDS / recipe.world
    made = recipe.world in MADE or not (folder / "schedule").is_dir()
    schedule = NoiseSchedule() if made else NoiseSchedule.from_pretrained(folder / "schedule")
    return recipe.sampler.bound(Files(recipe.world)).asked(schedule.times(recipe.steps))
