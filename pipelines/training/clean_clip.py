"""Train a CLIP that never sees noise: `python -m pipelines.training.clean_clip`.

It guides, badly, to show why the noise-aware one is needed. It is not the judge CLIP: a judge must not guide.
"""

from __future__ import annotations

from .judge_clip import JudgeClipTask
from .loop import main


class CleanClipTask(JudgeClipTask):
    name = "clean_clip"
    noise = "clean pictures"


if __name__ == "__main__":
    main(CleanClipTask)
