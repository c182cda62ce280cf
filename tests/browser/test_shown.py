"""What a page shows and what is set on it are told apart, as a person sees it, on every tab that draws."""

import pytest

from .test_play import PATIENT, drawn, generate, go, prompt, write

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
CHANGED = "Changed, not drawn yet."
DIM = "(all) => all.length && all.every((one) => Number(getComputedStyle(one).opacity) < 0.7)"


def is_dim(page, selector, dim=True):
    page.wait_for_function(
        f"([selector, dim]) => Boolean(({DIM})([...document.querySelectorAll(selector)])) === dim",
        arg=[selector, dim],
        timeout=PATIENT,
    )


def test_play(visit, site):
    page = visit(f"{site}/?prompt=red+apple&steps=4&seeds=0,1")
    generate(page)
    drawn(page)
    status = page.locator("#status")
    expect(status).to_contain_text("8 pictures", timeout=PATIENT)
    prompt(page).press_sequentially(" whale")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, "#table td.cell img")
    write(prompt(page), "red apple")
    prompt(page).press("Tab")  # what is pasted is told when the field is left
    expect(status).to_contain_text("8 pictures", timeout=PATIENT)
    is_dim(page, "#table td.cell img", False)
    seeds = page.locator("#seeds textarea, #seeds input")
    write(seeds, "abc")
    page.locator("#generate").click()
    expect(status.locator(".error")).to_contain_text("abc", timeout=PATIENT)
    is_dim(page, "#table td.cell img")
    write(seeds, "0, 1")
    seeds.press("Tab")
    expect(status).to_contain_text("8 pictures", timeout=PATIENT)
    page.locator("#table [data-add]").click()
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    expect(page.locator("#table td.stale")).to_have_count(0)


CHANGED_ZH = "设置已改，尚未重画。"


def entered(page, name):
    go(page, name)
    page.wait_for_timeout(600)


def typed(page, place, text):
    write(page.locator(place), text)
    page.locator(place).press("Tab")


def test_frontier(visit, site):
    page = visit(f"{site}/?prompt=red+apple&steps=4&seeds=0,1")
    entered(page, "Frontier")
    page.get_by_label("One or two options").check()
    page.locator("#frontier_prompts textarea").fill("red apple")
    values, status = "#frontier_values1 textarea, #frontier_values1 input", page.locator("#frontier_status")
    typed(page, values, "0, 1")
    typed(page, "#frontier_seeds textarea, #frontier_seeds input", "2 from 0")
    page.locator("#frontier_run").click()
    expect(status).to_contain_text("pictures", timeout=4 * PATIENT)
    expect(page.locator("#frontier_cancel")).to_be_disabled(timeout=4 * PATIENT)
    is_dim(page, "#frontier_view", False)
    typed(page, values, "0, 3")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, "#frontier_view")
    typed(page, values, "0, banana")
    page.locator("#frontier_run").click()
    expect(status.locator(".error")).to_contain_text("banana", timeout=PATIENT)
    is_dim(page, "#frontier_view")
    typed(page, values, "0, 1")
    expect(status.locator(".error, .changed")).to_have_count(0, timeout=PATIENT)
    is_dim(page, "#frontier_view", False)


def test_inside(visit, site):
    page = visit(f"{site}/?prompt=red+apple&steps=4&seeds=0,1")
    entered(page, "Inside")
    page.locator("#inside_trace").click()
    status = page.locator("#inside_status")
    expect(status).to_contain_text("network calls", timeout=4 * PATIENT)
    go(page, "Play")
    write(prompt(page), "whale")
    prompt(page).press("Tab")
    entered(page, "Inside")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, "#inside_view .inside")
    page.locator("#language").click()
    expect(status).to_contain_text(CHANGED_ZH, timeout=PATIENT)
    page.locator("#language").click()
    page.locator("#inside_trace").click()
    expect(status).to_contain_text("network calls", timeout=4 * PATIENT)
    is_dim(page, "#inside_view .inside", False)


def test_compare(visit, site):
    page = visit(f"{site}/?prompt=red+apple&steps=4&seeds=0,1")
    generate(page)
    drawn(page)
    expect(page.locator("#status")).to_contain_text("8 pictures", timeout=PATIENT)
    entered(page, "Compare")
    seeds, status = "#compare_seeds textarea, #compare_seeds input", page.locator("#compare_status")
    expect(page.locator("#compare_rows img").first).to_be_visible(timeout=PATIENT)
    typed(page, seeds, "0, 1, 7")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, "#compare_rows")
    typed(page, seeds, "abc")
    page.locator("#compare_generate").click()
    expect(status.locator(".error")).to_contain_text("abc", timeout=PATIENT)
    expect(page.locator(seeds)).to_have_value("abc")
    typed(page, seeds, "0, 1")
    expect(status.locator(".error, .changed")).to_have_count(0, timeout=PATIENT)
    is_dim(page, "#compare_rows", False)
    go(page, "Play")
    write(prompt(page), "whale")
    prompt(page).press("Tab")
    entered(page, "Compare")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    page.locator("#compare_generate").click()
    expect(status).to_contain_text("4 pictures", timeout=PATIENT)
    is_dim(page, "#compare_rows", False)


def test_draw(visit, site):
    page = visit(site)
    go(page, "Draw")
    page.locator('.drawing .four button[data-png="1"]').nth(3).wait_for(timeout=4 * PATIENT)
    page.get_by_label("Redraw at the end of each stroke").uncheck()
    pictures, status, seeds = ".drawing .four .picture", page.locator("#draw_status"), "#draw input[name=seeds]"
    is_dim(page, pictures, False)
    before = page.locator(seeds).input_value()
    typed(page, seeds, "4, 5, 6, 7")
    expect(status).to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, pictures)
    page.locator("#language").click()
    expect(status).to_contain_text(CHANGED_ZH)
    page.locator("#language").click()
    typed(page, seeds, before)
    expect(status).not_to_contain_text(CHANGED, timeout=PATIENT)
    is_dim(page, pictures, False)
    typed(page, seeds, "abc")
    page.locator("#draw_run").click()
    expect(status.locator(".error")).to_contain_text("abc", timeout=PATIENT)
    is_dim(page, pictures)
    typed(page, seeds, before)
    expect(status.locator(".error")).to_have_count(0, timeout=PATIENT)
    is_dim(page, pictures, False)


def test_lab(visit, site):
    page = visit(site)
    go(page, "Lab")
    page.locator(".lab .nav").get_by_role("button", name="Flow in 1-D").click()
    field, canvas = page.locator(".flowview input[type=text]"), ".flowview canvas.flow"
    expect(page.locator(".flowview .ends-table dd").first).to_be_visible(timeout=PATIENT)
    is_dim(page, canvas, False)
    field.fill("0.5, banana")
    expect(page.locator(".flowview .error")).to_contain_text("banana", timeout=PATIENT)
    is_dim(page, canvas)
    field.fill("0.5, 0.7")
    expect(page.locator(".flowview .error")).to_be_hidden(timeout=PATIENT)
    is_dim(page, canvas, False)
