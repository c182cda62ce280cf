"""What went wrong, as anybody may read it: nothing of where things lie on the machine that serves the page."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the project: what lies in it is called as in its repository
OWN = re.compile(re.escape(f"{ROOT.as_posix()}/"))
ADDRESSES = "gradio_api/|call/|run/predict"  # of the page itself; they look like folders
START = rf"(?:(?<![\w/.~])(?=/(?!/)|[A-Za-z]:[\\/])|(?<=file://))(?!/(?:{ADDRESSES}))(?:/|[A-Za-z]:[\\/])"
QUOTED = re.compile(rf"(?<=['\"]){START}[^'\"\n]*[\\/]([^'\"\\/\n]+)[\\/]?(?=['\"])")
BARE = re.compile(rf"{START}(?:[^\s'\"\\/:]+[\\/]+)+([^\s'\"\\/:,;)\]]*)")


def without_folders(text: str) -> str:
    """A text in which every absolute path is only its last name, or, inside of the project, what follows its folder."""
    text = OWN.sub("", text).replace(ROOT.as_posix(), ROOT.name)
    return BARE.sub(_last, QUOTED.sub(r"\1", text))


def reason_of(error: BaseException) -> str:
    """What an error says; its kind where it says nothing."""
    return without_folders(str(error)).strip() or type(error).__name__


def _last(found: re.Match) -> str:
    return found[1] or [part for part in re.split(r"[\\/]", found[0]) if part][-1]
