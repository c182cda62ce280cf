"""Train a classifier that never sees noise: `python -m pipelines.training.clean_classifier`.

It guides, badly, to show why the noise-aware one is needed. It is not the judge: a judge must not guide.
"""

from __future__ import annotations

from .judge import JudgeTask
from .loop import main


class CleanClassifierTask(JudgeTask):
    name = "clean_classifier"


if __name__ == "__main__":
    main(CleanClassifierTask)
