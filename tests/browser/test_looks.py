"""The page in either language, on a phone and in the dark; what is typed never becomes a part of it."""

import pytest

from .test_play import drawn, expect, generate, prompt, write


def test_what_is_typed_never_becomes_part_of_the_page(visit, site):
    page = visit(site)
    write(prompt(page), "<img src=x onerror=document.title='hit'>")
    generate(page)
    drawn(page)
    page.locator("button.picture").first.click()
    expect(page.locator("#large dl")).to_contain_text("<img src=x")
    assert page.locator("img[src=x]").count() == 0 and page.title() != "hit"


@pytest.mark.parametrize(
    "locale, words, spoken",
    [
        ("zh-CN", ["引导工作室", "提示词", "生成", "无引导"], "引导强度 w：数值"),
        ("en-GB", ["Guidance studio", "Prompt", "Generate", "Unguided"], "number input for Guidance w"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(visit, site, locale, words, spoken):
    page = visit(site, locale=locale)
    for word in words:
        expect(page.get_by_text(word, exact=True).first).to_be_visible()
    assert page.locator("text=__i18n__").count() == 0
    assert page.locator("html").get_attribute("lang") == locale[:2]
    expect(page.locator("#w input[type=number]")).to_have_attribute("aria-label", spoken)


@pytest.mark.parametrize(
    "view",
    [
        {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
        {"color_scheme": "dark"},
    ],
)
def test_phone_and_dark(visit, site, view):
    page = visit(site, **view)
    generate(page)
    before = page.locator("#table").bounding_box()
    drawn(page)
    after = page.locator("#table").bounding_box()
    assert abs(before["y"] - after["y"]) < 2 and abs(before["height"] - after["height"]) < 2  # nothing jumps
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    page.locator("button.picture").nth(5).click()
    box = page.locator("#large").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
