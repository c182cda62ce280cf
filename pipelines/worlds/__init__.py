"""The worlds that ship with the studio: a pipeline's folder, the judges that measure it, and its reference data."""

from .loading import FOLDER, WorldError, judge_side, lender, load_judge, load_judge_clip, load_prior, load_world, worlds

__all__ = [
    "FOLDER",
    "WorldError",
    "judge_side",
    "lender",
    "load_judge",
    "load_judge_clip",
    "load_prior",
    "load_world",
    "worlds",
]
