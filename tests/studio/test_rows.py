"""The list of rows: every one, with words in both languages; what is missing only becomes less."""

import re
import subprocess
import sys

from studio.rows import table
from studio.tabs.lab.listing import listings
from studio.words import LANGUAGES, WORDS
from studio.words.rows import ROWS

MISSING = {34, 35, 36, 42}  # only becomes shorter


def test_every_row_has_its_place_and_what_is_missing_is_said():
    assert [row.number for row in ROWS] == list(range(1, 44))
    assert {row.number for row in ROWS if not row.place} == MISSING
    assert {key for key in WORDS if re.fullmatch(r"row \d+ missing", key)} == {f"row {n} missing" for n in MISSING}


def test_what_is_named_is_named_by_words_of_the_page():
    for row in ROWS:
        for step in row.place:
            for key in (step,) if isinstance(step, str) else step:
                assert key in WORDS or key.startswith("choice "), (row.number, key)


def test_it_is_printed_and_stands_on_the_page_in_both_languages():
    for lang, page in zip(LANGUAGES, listings(), strict=True):
        run = subprocess.run([sys.executable, "-m", "studio.rows", lang], capture_output=True, text=True, check=True)
        lines = run.stdout.splitlines()
        assert len(lines) == 44 and [line.split()[0] for line in lines[1:]] == [str(n) for n in range(1, 44)]
        assert all(cell.replace("|", "\\|") in page for line in table(lang) for cell in line)
        assert bool(re.search("[\u4e00-\u9fff]", run.stdout)) == (lang == "zh")
