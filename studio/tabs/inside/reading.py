"""Zero-shot reading of any picture: which of a person's own sentences fits it best, by the CLIPs of a world (equation 33)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ...engine import Engine
from ...page.status import problem_pair
from ...recipe import RecipeError
from ...recipe.uploads import square
from ...recipe.values import short
from ...recipe.vocabulary import worlds
from ...words.reasons import reason_of

MOST, LENGTH = 12, 200  # sentences, and characters of one


@dataclass(frozen=True)
class Question:
    """picture: of a file, or its text "data:image/...;base64,..."; sentences: a list, or a text of one a line; noise: put on
    the picture first, 0 for none to 1 for noise alone, by the scale of the film.

    Raises:
        RecipeError: naming the field, its value and what is allowed.
    """

    picture: Any
    sentences: Any
    world: str = "emoji"
    noise: float = 0.0

    def __post_init__(self):
        if self.world not in worlds():
            raise RecipeError("world", short(self.world), "one_of", names=", ".join(map(repr, worlds())))
        if isinstance(self.noise, bool) or not isinstance(self.noise, (int, float)) or not 0 <= self.noise <= 1:
            raise RecipeError("noise", short(self.noise), "numbers", low=0, high=1)
        given = self.sentences.splitlines() if isinstance(self.sentences, str) else self.sentences
        texts = [each.strip() for each in given] if _texts(given) else []
        texts = tuple(dict.fromkeys(filter(None, texts)))
        if not 1 <= len(texts) <= MOST or max(map(len, texts)) > LENGTH:
            raise RecipeError("sentences", short(self.sentences), "sentences", most=MOST, length=LENGTH)
        object.__setattr__(self, "sentences", texts)
        object.__setattr__(self, "picture", square(self.picture))


def _texts(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and all(isinstance(each, str) for each in given)


def read(engine: Engine, question: Question) -> dict[str, Any]:
    """{"sentences", "guide", "judge"}: of each sentence its probability, by the CLIP that guides and by the one that only judges,
    which never saw noise; of one that a world lacks there is none.

    Raises:
        RecipeError: a world without any CLIP of pictures.
    """
    world = engine.world(question.world)
    with closing(engine.stream(_job(world, question))) as said:
        found = next(said)
    if not found:
        raise RecipeError("world", question.world, "world_with_clip")
    return {"sentences": list(question.sentences)} | found


def answer(engine: Engine, raw: Any) -> dict[str, Any]:
    """The same for the page: with what is wrong under "problem", in English and Chinese."""
    raw = raw if isinstance(raw, dict) else {}
    try:
        return read(engine, Question(**{name: raw.get(name) for name in Question.__dataclass_fields__}))
    except RecipeError as error:
        return {"problem": list(problem_pair(error))}
    except Exception as error:  # the page must go on, whatever it was
        return {"problem": 2 * [f"{type(error).__name__}: {reason_of(error)[:300]}"]}


def _job(world: Any, question: Question) -> Callable[[Any], Iterator[tuple[dict, bool]]]:
    def job(stop) -> Iterator[tuple[dict, bool]]:
        from PIL import Image

        picture = Image.fromarray(question.picture)
        yield world.judging.zero_shot(picture, list(question.sentences), float(question.noise)), True

    return job
