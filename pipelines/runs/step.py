"""What a run gives: a step at a time, and pictures at its end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from diffusers.utils import BaseOutput
from torch import Tensor

from ..process.prediction import Prediction
from ..process.times import Time
from .effects import Effect


@dataclass
class PipelineOutput(BaseOutput):
    """images: a list of PIL pictures, or a batch in [0, 1]: (B, 3, H, W) for "pt", (B, H, W, 3) for "np"."""

    images: list | Tensor | np.ndarray


@dataclass(frozen=True)
class Step:
    """One step of a run, after it was taken.

    x: (B, C, H, W), the picture or its latents at the new time. effects: what each rule and pull changed so far.
    """

    index: int
    total: int
    t: Time
    x: Tensor
    prediction: Prediction
    effects: tuple[Effect, ...] = ()
