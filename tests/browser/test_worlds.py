"""The menu of worlds, over the fake engine and the words of the worlds that ship."""

import pytest

from studio.recipe.vocabulary import worlds
from tests.browser.test_play import drawn, expect, finals, generate, open_section, prompt

pytestmark = pytest.mark.skipif("fashion" not in worlds(), reason="only one world is there")


def choose(page, field, text):
    """Open a menu and take the entry with this text."""
    page.locator(f"#{field} input").click()
    page.get_by_role("option", name=text, exact=False).first.click()


def test_another_world_brings_its_prompt_examples_and_classes(site, visit):
    page = visit(site)
    expect(page.locator("#world input")).to_have_value("Emoji: 64 × 64 pictures from text")
    choose(page, "world", "Fashion")
    expect(prompt(page)).to_have_value("sneaker")
    expect(page.locator("#examples")).to_contain_text("连衣裙")
    open_section(page, "subject")
    page.locator("#category input").click()
    expect(page.get_by_role("option", name="ankle boot")).to_be_visible()
    expect(page.get_by_role("option", name="fruit")).to_have_count(0)
    page.get_by_role("option", name="ankle boot").click()
    generate(page)
    drawn(page)
    expect(finals(page).first).to_be_visible()
    expect(page.locator("td.numbers").first).to_contain_text("ankle boot")
    assert "world=fashion" in page.url

    again = visit(page.url)
    expect(prompt(again)).to_have_value("sneaker")
    expect(again.locator("#world input")).to_have_value("Fashion: 32 × 32 clothes in ten classes")
    open_section(again, "subject")
    expect(again.locator("#category input")).to_have_value("ankle boot")
    choose(again, "world", "Emoji")
    expect(prompt(again)).to_have_value("red apple")
    expect(again.locator("#category input")).to_have_value("by the prompt")


def test_a_prompt_that_names_no_class_is_told_in_both_languages(site, visit):
    for locale, words in (("en-GB", "knows classes only"), ("zh-CN", "只认识类别")):
        page = visit(f"{site}/?world=fashion&prompt=zebra", locale=locale)
        expect(prompt(page)).to_have_value("zebra")
        generate(page)
        drawn(page)
        expect(page.locator("#notes")).to_contain_text(words)


def test_the_menu_fits_a_phone(site, visit):
    page = visit(site, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN")
    expect(page.locator("#world")).to_contain_text("世界")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
