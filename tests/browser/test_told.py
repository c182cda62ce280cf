"""A column that is told what was drawn: said on the Play tab, kept, opened on the Draw tab, taken off."""

from urllib.parse import parse_qs, urlparse

import pytest

from studio.page.forms import write_query
from studio.tabs.draw.plan import plan
from studio.tabs.draw.sketches import sketches

from .test_play import PATIENT, drawn, generate, go

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def test_a_link_brings_its_drawing_along(visit, site):
    heart = next(sketch for sketch in sketches() if sketch.name == "heart")
    setting = {"prompt": "heart", "steps": 6, "seeds": "0, 1", "w": 3}
    recipe = plan({"setting": setting, "layers": heart.asked(), "columns": "each"}).columns[-1].recipe
    page = visit(f"{site}/?{write_query([recipe])}")
    told = page.locator("#told")
    expect(told).to_contain_text("shape", use_inner_text=True)
    expect(told.locator("img")).to_have_count(1)
    generate(page)
    drawn(page)
    expect(told.locator("img")).to_have_count(1)
    assert "_conditions" in parse_qs(urlparse(page.url).query)

    told.get_by_role("button", name="Open in Draw").click()
    draw = page.locator("#draw")
    expect(draw.locator("#draw_prompt")).to_have_value("heart", timeout=PATIENT)
    expect(draw.locator("#draw_seeds")).to_have_value("0, 1")
    expect(draw.locator('[data-kind="mask"][type="checkbox"]')).to_be_checked()
    expect(draw.locator('[data-kind="labels"][type="checkbox"]')).not_to_be_checked()

    go(page, "Play")
    told.get_by_role("button", name="Take it off").click()
    expect(told).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("Preview in 6 steps")
    expect(page.locator("#mark")).not_to_contain_text("shape")
