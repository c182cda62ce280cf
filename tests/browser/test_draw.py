"""The Draw tab as a person uses it: strokes, what follows them, undo, pictures to take from, columns side by side."""

import re

import pytest
from PIL import Image, ImageDraw

from .test_play import PATIENT, go

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

INKED = """(canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let at = 0; at < data.length; at += 4) inked += data[at] < 200 || data[at + 1] < 200 || data[at + 2] < 200;
  return inked / (data.length / 4);
}"""


def opened(page, name="Draw"):
    """The tab with its first pictures."""
    go(page, name)
    sheet(page).wait_for()
    pictures(page).nth(3).wait_for(timeout=4 * PATIENT)
    return page


@pytest.fixture
def drawing(visit, site):
    return opened(visit(site))


def sheet(page):
    return page.locator("canvas.sheet")


def pictures(page):
    return page.locator('.drawing .four button[data-png="1"]')


def sources(page):
    return page.locator(".drawing .four img").evaluate_all("all => all.map((each) => each.src)")


def inked(page):
    return sheet(page).evaluate(INKED)


def stroke(page, *points):
    """With the mouse; points in shares of the sheet."""
    sheet(page).scroll_into_view_if_needed()
    box = sheet(page).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def layer(page, name):
    return page.locator(f'[data-layer="{name}"]')


def followed(page, before):
    """Four other finished pictures."""
    page.wait_for_function(
        """(before) => {
          const all = [...document.querySelectorAll('.drawing .four button[data-png="1"] img')].map((each) => each.src);
          return all.length === 4 && all.every((src, i) => src !== before[i]) && !document.querySelector(".drawing.busy");
        }""",
        arg=before,
        timeout=4 * PATIENT,
    )


def clear(page):
    page.locator('[data-do="clear"]').click()
    assert inked(page) == 0


def by_hand(page):
    """Nothing follows until it is asked for."""
    page.get_by_label("Redraw at the end of each stroke").uncheck()


def test_pictures_follow_a_stroke_and_undo_takes_it_back(drawing):
    before, first = inked(drawing), sources(drawing)
    assert before > 0.05
    expect(drawing.locator("#draw_prompt")).to_have_value("house")
    expect(layer(drawing, "labels")).to_have_attribute("aria-pressed", "true")
    stroke(drawing, (0.05, 0.05), (0.95, 0.05))
    assert inked(drawing) > before
    followed(drawing, first)
    sheet(drawing).focus()
    drawing.keyboard.press("Control+z")
    assert inked(drawing) == before
    drawing.keyboard.press("Control+Shift+z")
    assert inked(drawing) > before
    second = sources(drawing)
    drawing.get_by_role("button", name="Star", exact=True).click()
    expect(drawing.locator("#draw_prompt")).to_have_value("glowing star")
    expect(layer(drawing, "edges")).to_have_attribute("aria-pressed", "true")
    assert inked(drawing) < before
    followed(drawing, second)


def test_each_layer_has_its_pen_and_is_told(drawing):
    by_hand(drawing)
    drawing.locator('summary:has-text("What the network sees")').click()
    for kind, least in {"edges": 0.005, "lines": 0.01, "mask": 0.05, "labels": 0.03, "blocks": 0.1}.items():
        clear(drawing)
        layer(drawing, kind).click()
        drawing.locator('[data-tool="pen"]').click()
        stroke(drawing, (0.1, 0.5), (0.9, 0.5))
        assert least < inked(drawing) < 0.2, kind
        seen = drawing.locator(f'.drawing figure[data-kind="{kind}"]')
        expect(seen.locator("img")).to_be_visible()
        expect(seen).not_to_contain_text("empty", use_inner_text=True)
        drawing.locator('[data-tool="eraser"]').click()
        for y in (0.48, 0.5, 0.52):
            stroke(drawing, (0.05, y), (0.95, y))
        assert inked(drawing) < 0.005, kind
    clear(drawing)
    layer(drawing, "mask").click()
    drawing.locator('[data-tool="pen"]').click()
    stroke(drawing, (0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2))
    ring = inked(drawing)
    drawing.locator('[data-tool="fill"]').click()
    stroke(drawing, (0.5, 0.5))
    assert ring + 0.2 < inked(drawing) < 0.6


def test_clear_says_that_there_is_no_condition_and_keys_draw(drawing):
    by_hand(drawing)
    clear(drawing)
    expect(drawing.locator(".drawing .empty-note")).to_contain_text("without a condition")
    first = sources(drawing)
    sheet(drawing).focus()
    drawing.keyboard.press("ArrowRight")
    drawing.keyboard.down(" ")
    for _ in range(12):
        drawing.keyboard.press("ArrowRight")
    drawing.keyboard.up(" ")
    assert inked(drawing) > 0.01
    expect(drawing.locator(".drawing .empty-note")).to_be_empty()
    assert sources(drawing) == first
    drawing.keyboard.press("Control+Enter")
    followed(drawing, first)


def test_the_columns_stand_side_by_side_and_escape_cancels(drawing):
    first = sources(drawing)
    drawing.get_by_role("button", name="Bear", exact=True).click()
    followed(drawing, first)
    drawing.locator("#draw_each").click()
    heads = drawing.locator(".drawing .beside thead th[data-key]")
    expect(heads.last).to_have_attribute("data-key", "all", timeout=PATIENT)
    assert heads.evaluate_all("all => all.map((each) => each.dataset.key)") == ["none", "mask", "blocks", "all"]
    expect(drawing.locator('.drawing .beside tbody button[data-png="1"]')).to_have_count(16, timeout=4 * PATIENT)
    expect(drawing.locator(".drawing .beside tfoot")).to_contain_text(re.compile(r"\d"))
    expect(drawing.locator("#draw_cancel")).to_be_disabled()
    drawing.locator("#draw_each").click()
    expect(drawing.locator("#draw_cancel")).to_be_enabled()
    drawing.keyboard.press("Escape")
    expect(drawing.locator("#draw_cancel")).to_be_disabled(timeout=PATIENT)


def test_layers_are_taken_from_a_picture(drawing, tmp_path):
    picture = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(picture).ellipse((100, 50, 200, 150), "red", "black", 4)
    picture.save(tmp_path / "ball.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    by_hand(drawing)
    clear(drawing)
    drawing.locator("#draw_take").click()
    drawing.locator(".taking input[type=file]").set_input_files(tmp_path / "broken.png")
    expect(drawing.locator(".taking .error")).to_be_visible()
    drawing.locator(".taking input[type=file]").set_input_files(tmp_path / "ball.png")
    expect(drawing.locator(".taking label.map img")).to_have_count(5)
    expect(drawing.locator(".taking .error")).to_have_count(0)
    drawing.locator('.taking [data-kind="labels"]').check()
    drawing.get_by_role("button", name="Use these").click()
    expect(drawing.locator(".taking")).to_be_hidden()
    assert inked(drawing) > 0.05
    for kind, on in (("mask", True), ("labels", True), ("edges", False)):
        assert drawing.locator(f'.layer [data-kind="{kind}"]').is_checked() == on


def test_a_picture_is_large_is_kept_and_is_opened_elsewhere(drawing):
    pictures(drawing).first.click()
    dialog = drawing.locator(".large-drawing")
    expect(dialog).to_contain_text("house", use_inner_text=True)
    with drawing.expect_download() as kept:
        dialog.get_by_text("Download PNG").click()
    assert kept.value.suggested_filename == "drawing-house-seed-0.png"
    dialog.get_by_role("button", name="Open in Play").click()
    expect(drawing.locator("#prompt textarea, #prompt input").first).to_have_value("house", timeout=PATIENT)
    expect(drawing.locator("#generate")).to_be_visible()
    go(drawing, "Draw")
    assert inked(drawing) > 0.05  # what was drawn is there still
    pictures(drawing).first.click()
    dialog.get_by_role("button", name="Open inside").click()
    expect(drawing.locator("#inside_about")).to_contain_text(
        "Opened from the Draw tab", use_inner_text=True, timeout=PATIENT
    )


def test_two_columns_are_compared(drawing):
    by_hand(drawing)
    drawing.locator("#draw_compare").click()
    sides = drawing.locator("#compare_sources")
    expect(sides).to_contain_text("No condition", use_inner_text=True, timeout=PATIENT)
    expect(drawing.locator("#compare_status")).to_contain_text("Draw both", use_inner_text=True)
    go(drawing, "Draw")
    drawing.locator("#draw_each").click()
    expect(drawing.locator('.drawing .beside tbody button[data-png="1"]')).to_have_count(8, timeout=4 * PATIENT)
    drawing.locator('.drawing .beside tfoot [data-key="all"] button').click()
    expect(drawing.locator("#compare_rows img")).to_have_count(12, timeout=PATIENT)  # of four seeds A, B, difference
    expect(sides.locator('[data-side="b"] [aria-pressed="true"]')).to_contain_text("house", use_inner_text=True)
    go(drawing, "Draw")
    assert inked(drawing) > 0.05  # what was drawn is there still


def test_a_reference_is_told_beside_the_layers(drawing, tmp_path):
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "sea.png")
    by_hand(drawing)
    section = drawing.locator('.drawing [data-name="draw_reference"]')
    section.locator("summary").click()
    section.get_by_role("button", name="Take from a picture…").click()
    drawing.locator(".taking input[type=file]").set_input_files(tmp_path / "sea.png")
    drawing.get_by_role("button", name="As “like this one”").click()
    expect(section.locator("img")).to_be_visible()
    drawing.locator('.drawing [data-name="draw_strengths"] summary').click()
    drawing.locator('.drawing [data-name="reference_strength"]').fill("0.5")
    drawing.locator("#draw_each").click()
    expect(drawing.locator('.drawing .beside tbody button[data-png="1"]')).to_have_count(16, timeout=4 * PATIENT)
    heads = drawing.locator(".drawing .beside thead th[data-key]")
    assert heads.evaluate_all("all => all.map((each) => each.dataset.key)") == ["none", "labels", "reference", "all"]
    expect(drawing.locator(".drawing .beside tfoot")).to_contain_text("like the picture", use_inner_text=True)
    section.get_by_role("button", name="Remove").click()
    expect(section.locator("img")).to_be_hidden()


def test_a_sketch_is_asked_for_in_the_language_of_the_page(visit, site):
    page = opened(visit(site, locale="zh-CN"), "画图")
    expect(page.locator("#draw_prompt")).to_have_value("房子")
    first = sources(page)
    page.get_by_role("button", name="熊", exact=True).click()
    expect(page.locator("#draw_prompt")).to_have_value("熊")
    followed(page, first)


def test_another_world_says_why_it_cannot(drawing):
    drawing.locator('summary:has-text("More")').click()
    worlds = drawing.locator('.drawing [data-key="fashion"]')
    if not worlds.count():
        pytest.skip("there is one world only")
    worlds.click()
    expect(drawing.locator(".drawing .why").first).to_contain_text("Not available in this world")
    expect(drawing.locator("#draw_run")).to_be_disabled()
    drawing.locator('.drawing [data-key="emoji"]').click()
    expect(drawing.locator("#draw_run")).to_be_enabled()


def test_it_fits_a_phone_in_chinese_and_dark(visit, site):
    view = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "color_scheme": "dark", "has_touch": True}
    page = opened(visit(site, **view), "画图")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    box, four = sheet(page).bounding_box(), page.locator(".drawing .four").bounding_box()
    assert box["width"] > 350 and abs(box["width"] - box["height"]) < 1
    assert four["y"] + four["height"] - box["y"] < 844 - 100  # the pictures are seen beside what is drawn
    assert sheet(page).evaluate("each => getComputedStyle(each).touchAction") == "none"
    text = page.locator(".drawing").inner_text()
    assert "并排比较" in text and "Side by side" not in text and "Undo" not in text
    first = sources(page)
    stroke(page, (0.1, 0.9), (0.9, 0.9))
    followed(page, first)


def test_nothing_jumps_and_every_control_has_a_name(drawing):
    place = "() => JSON.stringify([...document.querySelectorAll('.drawing .easel > *, .drawing .ask, .drawing .each')].map((each) => Math.round(each.getBoundingClientRect().top + scrollY)))"
    before, first = drawing.evaluate(place), sources(drawing)
    stroke(drawing, (0.05, 0.05), (0.5, 0.05))
    assert drawing.evaluate(place) == before
    followed(drawing, first)
    assert drawing.evaluate(place) == before
    layer(drawing, "labels").click()
    assert drawing.evaluate(place) == before
    nameless = drawing.evaluate(
        """() => [...document.querySelectorAll(".drawing :is(button, input, img, canvas, summary)")].filter((each) => {
          if (each.offsetParent === null) return false;
          const labels = [...(each.labels || [])].map((label) => label.textContent).join("");
          const name = each.getAttribute("aria-label") || each.textContent || each.title || labels;
          return !(each.hasAttribute("alt") || each.hasAttribute("aria-hidden") || (name || "").trim());
        }).map((each) => each.outerHTML.slice(0, 160))"""
    )
    assert nameless == []
