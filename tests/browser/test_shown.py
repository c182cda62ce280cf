"""What a page shows and what is set on it are told apart, as a person sees it, on every tab that draws."""

import pytest

from .test_play import PATIENT, drawn, generate, open_section, prompt, write

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
    seeds = open_section(page, "sampling").locator("#seeds textarea, #seeds input")
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
