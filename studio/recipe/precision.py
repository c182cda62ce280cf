"""In what numbers the worlds' denoising networks compute, chosen when the studio starts. No torch here.

A process has one: pictures of the same recipe in other numbers are a little different, so what is kept on disk says it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from .values import RecipeError, short

VARIABLE = "STUDIO_PRECISION"
AUTO, FULL = "auto", "float32"
ALLOWED = (AUTO, FULL, "bfloat16")  # as `pipelines.networks.precision`


def precision(environment: Mapping[str, str] = os.environ) -> str:
    """One of `ALLOWED`; "auto", what is faster on this machine, where the environment says nothing.

    Raises RecipeError for another.
    """
    name = environment.get(VARIABLE, "").strip() or AUTO
    if name not in ALLOWED:
        raise RecipeError("precision", short(name), "one_of", names=", ".join(ALLOWED))
    return name
