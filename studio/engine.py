"""The engine: worlds loaded once, one run at a time, frames streamed, cancel within a step.

All network work happens in ONE thread that the engine owns: callers may come from any thread, and torch keeps
a pool of workers for every thread that calls it. No gradio here, and torch only in `studio.world`, loaded
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

from .metrics import Scores
from .prompts import Note, read, silent
from .recipe import Recipe, check_budget
from .work import Mailbox, Worker

if TYPE_CHECKING:
    from PIL.Image import Image

PREVIEW_EVERY = 0.12  # seconds between previews, but never more than PREVIEW_STEPS steps
PREVIEW_STEPS = 3


@dataclass(frozen=True)
class Frame:
    """What there is to show of a run at one moment.

    index: steps done, 0 <= index <= total.
    seconds: since sampling began; eta_seconds: estimate of what is left.
    pictures: x̂0 previews, or the final ones when `done` and not `cancelled`; one a seed, in the model's size, the
        final ones at twice the side when the recipe says so.
    calls: network evaluations on one picture so far.
    notes: what the person should know, such as a control without effect.
    """

    index: int
    total: int
    seconds: float = 0.0
    eta_seconds: float | None = None
    pictures: tuple[Image, ...] = ()
    done: bool = False
    cancelled: bool = False
    scores: Scores | None = None
    calls: int = 0
    notes: tuple[Note, ...] = ()


class Engine:
    """Runs recipes. `open_world(name)` gives a World (see `studio.world`); tests pass their own.

    clip: the name of a real CLIP that judges measures, see `studio.clips`; "" is the world's own.

    Errors of loading (a missing or damaged weight file) reach the caller of `world`, `run` and `columns`; the
    engine stays usable and tries again at the next call.
    """

    def __init__(self, open_world: Callable[[str], Any] | None = None, clip: str = ""):
        self._open, self.clip = open_world or _open_world, clip
        self._worlds: dict[str, Any] = {}
        self._worker = Worker("engine")
        self.error: str | None = None  # what the last attempt to load a world said

    def warm(self, name: str = "emoji") -> Future:
        """Begin to load a world behind the caller's back; the future holds the world or the error."""
        return self._worker.submit(self._load, name)

    def world(self, name: str = "emoji") -> Any:
        """A loaded world; waits for it. Raises what loading raises, e.g. WorldError naming the file."""
        return self._worlds.get(name) or self._worker.submit(self._load, name).result()

    def ready(self, name: str = "emoji") -> bool:
        """Whether a world is loaded already."""
        return name in self._worlds

    def run(self, recipe: Recipe, cancel: threading.Event | None = None) -> Iterator[Frame]:
        """Frames of one recipe: one without pictures, then previews each 1 to 3 steps, then a `done` one.

        A set `cancel` ends the run within a step with a last frame that is `done` and `cancelled`.
        """
        return (frame for _, frame in self.columns([recipe], cancel))

    def columns(
        self, recipes: Sequence[Recipe], cancel: threading.Event | None = None
    ) -> Iterator[tuple[int, Frame]]:
        """Recipes one after another: (column, frame). A cancel also leaves out the remaining columns.

        Raises RecipeError when the recipes together exceed the budget. Closing the iterator cancels the run.
        """
        recipes = tuple(recipes)
        check_budget(recipes)
        return self.stream(lambda stop: self._columns(recipes, stop), cancel)

    def stream(
        self, job: Callable[[Any], Iterator[tuple[Any, bool]]], cancel: threading.Event | None = None
    ) -> Iterator[Any]:
        """What a job of the engine's thread says, as it says it.

        job: called there with `stop`; it looks at `stop.is_set()` between network calls, ends soon when it is, and
            yields (item, keep). An item without `keep` is skipped when the reader is slower than the job.
        cancel: sets `stop`, as does closing the iterator. Errors of the job reach the reader.
        """
        return self._stream(job, cancel or threading.Event())

    def _stream(self, job, cancel) -> Iterator[Any]:
        mailbox, gone = Mailbox(), threading.Event()
        self._worker.submit(_post, job, _Either(cancel, gone), mailbox)
        try:
            yield from mailbox
        finally:
            gone.set()

    def _columns(self, recipes, stop) -> Iterator[tuple[tuple[int, Frame], bool]]:
        for column, recipe in enumerate(recipes):
            for frame in self._frames(recipe, stop):
                yield (column, frame), frame.done
            if frame.cancelled:
                break

    def _frames(self, recipe: Recipe, stop) -> Iterator[Frame]:
        frame = Frame(0, recipe.steps)
        yield frame
        if stop.is_set():
            yield replace(frame, done=True, cancelled=True)
            return
        world, reading = self._load(recipe.world), read(recipe)
        frame = replace(frame, notes=reading.notes)
        yield frame
        began = shown = time.perf_counter()
        with world.counting() as counter, closing(world.steps(recipe, reading)) as steps:
            for done, step in enumerate(steps, start=1):
                now = time.perf_counter()
                last = done == step.total
                if last or now - shown >= PREVIEW_EVERY or done - frame.index >= PREVIEW_STEPS or done == 1:
                    pictures = world.final(step) if last else world.preview(step)
                    shown = time.perf_counter()
                    frame = replace(
                        frame,
                        index=done,
                        total=step.total,
                        pictures=tuple(pictures),
                        calls=counter.calls,
                        seconds=shown - began,
                        eta_seconds=(shown - began) / done * (step.total - done),
                    )
                if stop.is_set() and not last:
                    yield replace(
                        frame,
                        index=done,
                        calls=counter.calls,
                        seconds=time.perf_counter() - began,
                        eta_seconds=None,
                        done=True,
                        cancelled=True,
                    )
                    return
                if frame.index == done and not last:
                    yield frame
            if recipe.upsample:
                yield frame
                for large in world.upsample(step, recipe, reading):
                    if stop.is_set() and large.index + 1 < large.total:
                        yield replace(frame, eta_seconds=None, done=True, cancelled=True)
                        return
                frame = replace(
                    frame,
                    pictures=tuple(world.final(large)),
                    calls=counter.calls,
                    seconds=time.perf_counter() - began,
                )
        scores, notes = world.score(step, reading)
        notes += silent(recipe, getattr(step, "effects", ()), frame.notes)
        scores = replace(scores, seconds=frame.seconds, calls=frame.calls)
        yield replace(frame, eta_seconds=0.0, done=True, scores=scores, notes=frame.notes + notes)

    def _load(self, name: str) -> Any:
        if name not in self._worlds:
            try:
                self._worlds[name] = self._open(name)
                self.error = None
            except Exception as error:
                self.error = str(error)
                raise
        return self._worlds[name]


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
