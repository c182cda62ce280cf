"""What the table says to those who do not see it, in the language that the page shows."""

from PIL import Image

from studio.page.table import MAX_COLUMNS, Column, Setting, Table, pictures, render
from studio.recipe import Recipe
from studio.words import both


def test_signs_and_pictures_have_words_in_both_languages():
    recipe = Recipe(w=2, seeds=(4,))
    drawn = Column(Setting.of(w=2.0), "done", pictures([Image.new("RGB", (64, 64))], recipe, final=True), recipe)
    page = "".join(render(Table([drawn, Column(Setting())], 0, (4,)), [False, False]))
    for word in ("remove", "add"):
        assert f'<span class="unseen">{both(word)}</span>' in page
    assert f'<span class="unseen">{both("seed")} 4</span>' in page
    assert "aria-label" not in page and 'alt="seed' not in page


def test_a_full_table_has_no_further_column():
    full = Table([Column(Setting()) for _ in range(MAX_COLUMNS)], 0)
    assert both("add") not in "".join(render(full, [False] * MAX_COLUMNS))
