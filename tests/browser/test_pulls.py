"""The further pulls of a column as a person sets them: menus, options, a picture that the browser makes small."""

import json
from urllib.parse import parse_qs, urlparse

import pytest
from PIL import Image, ImageDraw

from .test_play import PATIENT, drawn, generate, open_section, write

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def choose(page, place, name):
    """Open the menu and choose; until it stays, as a section that has just opened writes its values once more."""
    box = page.locator(f"#{place} input")
    for _ in range(5):
        box.click()
        page.get_by_role("option", name=name, exact=True).click()
        page.wait_for_timeout(800)
        if box.input_value() == name:
            break
    expect(box).to_have_value(name)


def sent(page):
    """The pulls of the last column, as the address has them."""
    return json.loads(parse_qs(urlparse(page.url).query)["_pulls"][0])[-1]


def test_two_pulls_are_set_drawn_and_travel_in_the_link(visit, site, tmp_path):
    drawing = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(drawing).ellipse((150, 100, 600, 500), fill="#3060d0")
    drawing.save(tmp_path / "map.png")
    page = visit(site)
    open_section(page, "rule_section")
    expect(page.locator("#place_1")).to_have_count(0)
    choose(page, "place_0", "Label map")
    expect(page.locator("#place_0_about")).to_contain_text("flat colours")
    page.locator("#place_0_pictures input").set_input_files(tmp_path / "map.png")
    expect(page.locator("#place_0_pictures img")).to_have_count(1)
    choose(page, "place_1", "Colour")
    expect(page.locator("#place_0_pictures img")).to_have_count(1)
    expect(page.locator("#mark")).to_contain_text("Colour γ = 0.5", timeout=PATIENT)  # the menu has been answered
    write(page.locator("#place_1_Colour_gamma input[type=number]"), "2.5")
    page.keyboard.press("Tab")
    expect(page.locator("#mark")).to_contain_text("Colour γ = 2.5", timeout=PATIENT)
    generate(page)
    drawn(page)
    label_map, colour = sent(page)
    assert label_map["images"][0].startswith("data:image/png;base64,") and len(label_map["images"][0]) < 6000
    assert colour == {"name": "Colour", "gamma": 2.5}

    other = visit(page.url)
    open_section(other, "rule_section")
    expect(other.locator("#place_0 input")).to_have_value("Label map")
    expect(other.locator("#place_0_pictures img")).to_have_count(1)
    expect(other.locator("#place_1_Colour_gamma input[type=number]")).to_have_value("2.5")
    other.locator("#place_0_pictures .thumb button").click()
    expect(other.locator("#place_0_pictures img")).to_have_count(0)


def test_a_file_that_is_no_picture_is_told(visit, site, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    page = visit(site, locale="zh-CN", viewport={"width": 390, "height": 844})
    open_section(page, "rule_section")
    choose(page, "place_0", "画风")
    page.locator("#place_0_pictures input").set_input_files(tmp_path / "broken.png")
    expect(page.locator("#place_0_pictures .bad")).to_contain_text("浏览器")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
