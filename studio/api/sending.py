"""Files for programs, and what happens to pictures that cannot be handed over."""

# No `from __future__ import annotations` in this package: gradio reads type hints as they are.
import mimetypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import gradio as gr

from ..history import Histories, entering
from ..page.files import Files
from ..words import language, say
from ..words.reasons import reason_of


def sent(files: Files, name: str, content: bytes) -> gr.FileData:
    """A file that the caller can fetch. Raises OSError when it cannot be written."""
    return gr.FileData(path=files.put(name, content), orig_name=name, mime_type=mimetypes.guess_type(name)[0])


@contextmanager
def sending(request: gr.Request, histories: Histories | None = None, columns: Iterable[tuple] = ()) -> Iterator[None]:
    """Files are written inside. When that fails, the pictures stay in the history, where everybody has the same one,
    and the caller is told why. columns: recipe, pictures and scores, as `History.add_new` takes them.
    """
    try:
        yield
    except OSError as error:
        lang, key = language(request.headers.get("accept-language")), "unsent"
        if histories is not None and not histories.private:
            columns = list(columns)
            lost = entering(histories[None], lambda history: history.add_new(columns)) if columns else ()
            key = "unsent_kept" if columns and not lost else "unsent"
        raise gr.Error(say(lang, key, reason=reason_of(error)), duration=None) from error
