"""The engine: worlds loaded once, one run at a time, frames streamed, cancel within a step.

All network work happens in ONE thread that the engine owns: callers may come from any thread, and torch keeps
a pool of workers for every thread that calls it. No gradio here, and torch only in `studio.engine.world`, loaded
when first needed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..recipe import UPSAMPLER_STEPS, Recipe, check_budget
from ..recipe.beforehand import beforehand
from ..recipe.notes import Note, inactive, once
from ..recipe.prompts import read
from .progress import Course, Paces
from .seen import Scores
from .work import Mailbox, Worker

if TYPE_CHECKING:
    from PIL.Image import Image

PREVIEW_EVERY = 0.12  # seconds between previews, but never more than PREVIEW_STEPS steps
PREVIEW_STEPS = 3
SILENT = 1.0  # seconds without a word after which the time is told anew


@dataclass(frozen=True)
class Frame:
    """What there is to show of a run at one moment.

    index: steps done, 0 <= index <= total.
    seconds: since sampling began.
    stage: "loading", "drawing", "enlarging" or "judging".
    share: of the time that all takes that was asked for together, loading and judging included, from 0 to 1;
        eta_seconds: estimate of what of it is left, None while nothing is known.
    pictures: x̂0 previews, or the final ones when `done` and not `cancelled`; one a seed, in the model's size, the
        final ones at twice the side when the recipe says so.
    calls: network evaluations on one picture so far.
    notes: what the person should know, such as a control without effect.
    """

    index: int
    total: int
    seconds: float = 0.0
    stage: str = "drawing"
    share: float = 0.0
    eta_seconds: float | None = None
    pictures: tuple[Image, ...] = ()
    done: bool = False
    cancelled: bool = False
    scores: Scores | None = None
    calls: int = 0
    notes: tuple[Note, ...] = ()


class Engine:
    """Runs recipes. `open_world(name)` gives a World (see `studio.engine.world`); tests pass their own.

    clip: the name of a real CLIP that judges measures, see `studio.engine.clips`; "" is the world's own.

    Errors of loading (a missing or damaged weight file) reach the caller of `world`, `run` and `columns`; the
    engine stays usable and tries again at the next call.
    """

    def __init__(
        self,
        open_world: Callable[[str], Any] | None = None,
        clip: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ):
        self._open, self.clip, self.clock, self.paces = open_world or _open_world, clip, clock, Paces()
        self._judged: set[str] = set()  # worlds whose judges are loaded
        self._worlds: dict[str, Any] = {}
        self._worker = Worker("engine")
        self.error: str | None = None  # what the last attempt to load a world said

    def warm(self, name: str = "emoji") -> Future:
        """Begin to load a world behind the caller's back; the future holds the world or the error."""
        return self._worker.submit(self._load, name)

    def world(self, name: str = "emoji") -> Any:
        """A loaded world; waits for it. Raises what loading raises, e.g. WorldError naming the file."""
        if name in self._worlds or self._worker.here:
            return self._load(name)
        return self._worker.submit(self._load, name).result()

    def ready(self, name: str = "emoji") -> bool:
        """Whether a world is loaded already."""
        return name in self._worlds

    def run(self, recipe: Recipe, cancel: threading.Event | None = None) -> Iterator[Frame]:
        """Frames of one recipe: one without pictures, then previews each 1 to 3 steps, then a `done` one.

        A set `cancel` ends the run within a step with a last frame that is `done` and `cancelled`.
        """
        return (frame for _, frame in self.columns([recipe], cancel))

    def course(self) -> Course:
        """A piece of work that begins, by this engine's clock and what it knows of this machine."""
        return Course(self.paces, self.clock)

    def columns(
        self, recipes: Sequence[Recipe], cancel: threading.Event | None = None, course: Course | None = None
    ) -> Iterator[tuple[int, Frame]]:
        """Recipes one after another: (column, frame). A cancel also leaves out the remaining columns.

        course: of a caller who has more to do afterwards, and expects it there already.

        Raises RecipeError when the recipes together exceed the budget. Closing the iterator cancels the run.
        """
        recipes = tuple(recipes)
        check_budget(recipes)
        course = course or self.course()
        return _at_times(self.stream(lambda stop: self._columns(recipes, stop, course), cancel, SILENT), course)

    def stream(
        self,
        job: Callable[[Any], Iterator[tuple[Any, bool]]],
        cancel: threading.Event | None = None,
        silent: float | None = None,
    ) -> Iterator[Any]:
        """What a job of the engine's thread says, as it says it.

        job: called there with `stop`; it looks at `stop.is_set()` between network calls, ends soon when it is, and
            yields (item, keep). An item without `keep` is skipped when the reader is slower than the job.
        cancel: sets `stop`, as does closing the iterator. Errors of the job reach the reader.
        silent: also None whenever the job said nothing for so many seconds.
        """
        return self._stream(job, cancel or threading.Event(), silent)

    def _stream(self, job, cancel, silent) -> Iterator[Any]:
        mailbox, gone = Mailbox(silent), threading.Event()
        self._worker.submit(_post, job, _Either(cancel, gone), mailbox)
        try:
            yield from mailbox
        finally:
            gone.set()

    def _columns(self, recipes, stop, course: Course) -> Iterator[tuple[tuple[int, Frame], bool]]:
        course.begin()
        self._expect(recipes, course)
        try:
            for column, recipe in enumerate(recipes):
                for frame in self._frames(recipe, stop, course):
                    yield (column, replace(frame, share=course.share, eta_seconds=course.left)), frame.done
                if frame.cancelled:
                    break
        finally:
            course.ends()

    def _expect(self, recipes, course: Course) -> None:
        """Tell a course what there is to do."""
        for name in {recipe.world for recipe in recipes} - self._worlds.keys():
            course.expect(f"load {name}")
        for recipe in recipes:
            larger = UPSAMPLER_STEPS * len(recipe.seeds) * recipe.upsample
            course.expect(f"draw {recipe.world}", recipe.cost - larger)
            course.expect(f"enlarge {recipe.world}", larger)
        for name in {recipe.world for recipe in recipes}:
            counts = [len(recipe.seeds) for recipe in recipes if recipe.world == name]
            course.expect(f"judge {name}", sum(counts if name in self._judged else counts[1:]))
            course.expect(f"judges {name}", name not in self._judged)

    def _frames(self, recipe: Recipe, stop, course: Course) -> Iterator[Frame]:
        name = recipe.world
        frame = Frame(0, recipe.steps, stage="drawing" if self.ready(name) else "loading")
        yield frame
        if stop.is_set():
            yield replace(frame, done=True, cancelled=True)
            return
        if not self.ready(name):
            self._load(name)
            course.reach(f"load {name}")
        world, reading = self._load(name), read(recipe)
        frame = replace(frame, notes=beforehand(recipe, reading), stage="drawing")
        yield frame
        drawn, larger = course.done(f"draw {name}"), UPSAMPLER_STEPS * len(recipe.seeds) * recipe.upsample
        began = shown = self.clock()
        with world.counting() as counter, closing(world.steps(recipe, reading)) as steps:
            for done, step in enumerate(steps, start=1):
                course.reach(f"draw {name}", drawn + (recipe.cost - larger) * done / step.total)
                now = self.clock()
                last = done == step.total
                if last or now - shown >= PREVIEW_EVERY or done - frame.index >= PREVIEW_STEPS or done == 1:
                    pictures = world.final(step) if last else world.preview(step)
                    shown = self.clock()
                    frame = replace(
                        frame,
                        index=done,
                        total=step.total,
                        pictures=tuple(pictures),
                        calls=counter.calls,
                        seconds=shown - began,
                    )
                if stop.is_set() and not last:
                    yield replace(
                        frame,
                        index=done,
                        calls=counter.calls,
                        seconds=self.clock() - began,
                        done=True,
                        cancelled=True,
                    )
                    return
                if frame.index == done and not last:
                    yield frame
            if recipe.upsample:
                frame, enlarged = replace(frame, stage="enlarging"), course.done(f"enlarge {name}")
                yield frame
                told = replace(frame, pictures=())
                for large in world.upsample(step, recipe, reading):
                    course.reach(f"enlarge {name}", enlarged + larger * (large.index + 1) / large.total)
                    if stop.is_set() and large.index + 1 < large.total:
                        yield replace(frame, done=True, cancelled=True)
                        return
                    yield told
                frame = replace(
                    frame,
                    pictures=tuple(world.final(large)),
                    calls=counter.calls,
                    seconds=self.clock() - began,
                )
        frame = replace(frame, stage="judging")
        yield replace(frame, pictures=())
        scores, notes = world.score(step, reading)
        course.reach(*self._was_judged(recipe, course))
        notes = once((*frame.notes, *notes, *inactive(recipe, getattr(step, "effects", ()), frame.notes)))
        scores = replace(scores, seconds=frame.seconds, calls=frame.calls)
        yield replace(frame, done=True, scores=scores, notes=notes)

    def _was_judged(self, recipe: Recipe, course: Course) -> tuple[str, float]:
        kind = "judge" if recipe.world in self._judged else "judges"
        self._judged.add(recipe.world)
        kind, amount = f"{kind} {recipe.world}", len(recipe.seeds) if kind == "judge" else 1
        return kind, course.done(kind) + amount

    def _load(self, name: str) -> Any:
        if name not in self._worlds:
            try:
                self._worlds[name] = self._open(name)
                self.error = None
            except Exception as error:
                self.error = str(error)
                raise
        return self._worlds[name]


def _at_times(frames: Iterator[tuple[int, Frame] | None], course: Course) -> Iterator[tuple[int, Frame]]:
    """The frames, and while none comes the last one again, without its pictures, with what the time is now."""
    with closing(frames):
        last = None
        for item in frames:
            if item is not None:
                last = item
                yield item
            elif last is not None and not last[1].done:
                yield last[0], replace(last[1], pictures=(), share=course.share, eta_seconds=course.left)


def _post(job, stop, mailbox: Mailbox) -> None:
    try:
        with closing(job(stop)) as items:
            for item, keep in items:
                mailbox.put(item, keep=keep)
        mailbox.close()
    except BaseException as error:
        mailbox.close(error)


class _Either:
    """Set when one of two events is."""

    def __init__(self, *events):
        self._events = events

    def is_set(self) -> bool:
        return any(event.is_set() for event in self._events)


def _open_world(name: str):
    from .world import World

    return World.open(name)


def enlarge(image: Image, scale: int = 4) -> Image:
    """A small picture enlarged smoothly (Lanczos) by a whole factor."""
    from PIL import Image as pillow

    return image.resize((image.width * scale, image.height * scale), pillow.Resampling.LANCZOS)
