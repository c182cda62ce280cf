"""The Inside tab as a person uses it: open the chosen column, scrub, read the plots, keep the film."""

import re

import pytest

from .test_play import PATIENT, drawn, generate, go, reach

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

PAINTED = """(canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return Array.from({ length: 200 }, (_, k) => data[4 * Math.floor((k * data.length) / 800)]).join();
}"""


def traced(page):
    expect(page.locator(".inside .plots svg").first).to_be_visible(timeout=4 * PATIENT)
    return page


@pytest.fixture
def inside(visit, site):
    page = visit(site)
    reach(page.locator("#open_inside"), lambda: page.locator("#inside_trace").is_visible())
    return traced(page)


def at(page):
    return page.locator(".inside .at")


def test_the_chosen_column_is_opened_and_scrubbed(inside):
    expect(inside.locator("#inside_status")).to_contain_text("200 network calls", timeout=PATIENT)
    expect(inside.locator("#inside_about")).to_contain_text("Classifier-free")
    scrubber = inside.get_by_role("slider", name="Step of the film")
    scrubber.focus()
    inside.keyboard.press("Home")
    expect(at(inside)).to_contain_text("Step 1 of 25 · noise 1.00")
    before = [inside.locator(f".inside canvas.{name}").evaluate(PAINTED) for name in ("x", "x0", "heat")]
    inside.keyboard.press("ArrowRight")
    inside.keyboard.press("ArrowRight")
    expect(at(inside)).to_contain_text("Step 3 of 25")
    expect(inside.locator('.plot[data-name="variance"] .key b')).to_have_text("2.0", timeout=PATIENT)
    lines = inside.locator(".plots svg").evaluate_all("all => all.map((one) => one.querySelectorAll('.grid').length)")
    assert min(lines) >= 2  # one line alone says no scale
    after = [inside.locator(f".inside canvas.{name}").evaluate(PAINTED) for name in ("x", "x0", "heat")]
    assert all(one != other for one, other in zip(before, after, strict=True))
    inside.keyboard.press("End")
    expect(at(inside)).to_contain_text("The finished picture")
    assert scrubber.get_attribute("aria-valuetext") == at(inside).text_content()


def test_a_plot_and_the_strip_are_clicked(inside):
    plot = inside.locator('.plot[data-name="difference"] svg')
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    inside.mouse.click(box["x"] + 42 + 0.8 * (box["width"] - 52), box["y"] + 40)
    expect(at(inside)).to_contain_text("Step 21 of 25")
    strip = inside.locator(".inside .strip")
    strip.click(position={"x": 44 * 4 + 20, "y": 20})
    expect(at(inside)).to_contain_text("Step 5 of 25")
    expect(plot).to_have_attribute("aria-label", re.compile(r"0\.12|4\.0"))


def test_another_seed_is_traced_and_the_film_is_kept(inside):
    first = inside.locator(".inside canvas.x0").evaluate(PAINTED)
    inside.locator("#inside_seed input").click()
    inside.get_by_role("option", name="2", exact=True).click()
    reach(inside.locator("body"), lambda: inside.locator(".inside canvas.x0").evaluate(PAINTED) != first)
    # Another picture may be the preview of the run that is on: its film is there at the end.
    expect(inside.locator("#inside_status")).to_contain_text("Traced in", timeout=4 * PATIENT)
    with inside.expect_download() as kept:
        inside.get_by_role("button", name="GIF").click()
    assert kept.value.suggested_filename.endswith("-seed-2.gif")
    with open(kept.value.path(), "rb") as file:
        assert file.read(4) == b"GIF8"


def test_cancel_shows_what_was_traced(visit, site):
    page = visit(f"{site}/?steps=250&seeds=1")  # five seconds, or more on a slow machine
    reach(page.locator("#open_inside"), lambda: page.locator("#inside_trace").is_visible())
    cancel, status = page.locator("#inside_cancel"), page.locator("#inside_status")
    expect(cancel).to_be_enabled(timeout=4 * PATIENT)
    cancel.dispatch_event("click")
    # Before its turn, in the run, or, where the browser is slow, after it.
    expect(status).to_contain_text(re.compile("Cancelled|Traced in"), timeout=4 * PATIENT)
    if "before" not in status.text_content():
        traced(page)
    expect(page.locator("#inside_trace")).to_be_enabled()


def test_it_fits_a_phone_in_chinese_and_dark(visit, site):
    page = visit(site, viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark")
    reach(page.locator("#open_inside"), lambda: page.locator("#inside_trace").is_visible())
    traced(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    text = page.locator(".inside").inner_text()
    assert "噪声" in text and "noise" not in text


def test_a_picture_of_the_history_and_a_point_of_a_sweep_are_opened(visit, site):
    page = visit(f"{site}/?prompt=red+apple&steps=4&seeds=3,5")
    generate(page)
    drawn(page)
    go(page, "History")
    page.locator("#shelf [data-choose]").first.click()
    page.locator("dialog.one [data-do=inside]").click()
    traced(page)
    expect(page.locator("#inside_about")).to_contain_text("Opened from the history.")
    expect(page.locator("#inside_about")).to_contain_text("seeds: 1", use_inner_text=True)
    seed = page.locator("#inside_seed input").input_value()
    assert seed in ("3", "5")
    page.locator("#inside_back").click()
    expect(page.locator("#inside_about")).to_contain_text("seeds: 2", use_inner_text=True)
    expect(page.locator("#inside_back")).to_be_hidden()

    go(page, "Frontier")
    page.get_by_label("One or two options").check()
    page.locator("#frontier_values1 textarea, #frontier_values1 input").fill("1, 3")
    page.locator("#frontier_prompts textarea").fill("red apple\nwhale")
    page.locator("#frontier_seeds textarea, #frontier_seeds input").fill("2 from 8")
    page.locator("#frontier_steps input").fill("4")
    page.locator("#frontier_steps input").press("Tab")
    page.locator("#frontier_run").click()
    expect(page.locator(".frontier .point")).to_have_count(2, timeout=8 * PATIENT)
    page.locator(".frontier .point .reach").last.click()
    sheet = page.locator(".point-card .sheet img")
    box = sheet.bounding_box()
    sheet.click(position={"x": 0.75 * box["width"], "y": 0.75 * box["height"]})
    expect(page.locator("#inside_about")).to_contain_text("whale", timeout=PATIENT)
    expect(page.locator("#inside_about")).to_contain_text("w = 3")
    expect(page.locator("#inside_seed input")).to_have_value("9")
    expect(page.locator("#inside_status")).to_contain_text("Traced in", timeout=4 * PATIENT)


def test_any_picture_is_read_by_sentences_of_ones_own(inside):
    reading = inside.locator(".reading")
    reading.get_by_label("Sentences, one a line").fill("a boat\na whale")
    reading.get_by_role("button", name="Take x̂0 above").click()
    expect(reading.locator(".answers")).to_contain_text("95 %", timeout=PATIENT)
    reading.get_by_role("slider", name="Noise put on it first").fill("1")
    expect(reading.locator(".answers")).not_to_contain_text("95 %", timeout=PATIENT)
    reading.get_by_role("button", name="Clear").click()
    box = reading.locator("canvas").bounding_box()
    inside.mouse.move(box["x"] + 40, box["y"] + 40)
    inside.mouse.down()
    inside.mouse.move(box["x"] + 120, box["y"] + 90, steps=3)
    inside.mouse.up()
    expect(reading.locator(".answers")).to_contain_text("a whale", timeout=PATIENT)
    reading.get_by_label("Sentences, one a line").fill("\n".join(f"number {k}" for k in range(13)))
    expect(reading.locator(".status.error")).to_contain_text("12 different sentences", timeout=PATIENT)
