"""What is said beside the table before anything is drawn."""

import pytest

from .test_play import PATIENT, choose, open_section, prompt, write

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def test_rule_sampler_and_prompt_say_at_once_what_will_not_act(visit, site):
    page = visit(site + "?prompt=red+apple&rule=CFGPlusPlus&w=0.6&_columns=0.6,0,0&_rule=%5B%22CFGPlusPlus%22%5D")
    notes = page.locator("#notes")
    expect(page.locator("#mark")).to_contain_text("CFG++", timeout=PATIENT)
    expect(notes).not_to_contain_text("weaker")
    open_section(page, "sampling")
    choose(page, "sampler", "Heun")
    expect(notes).to_contain_text("weaker than none: Heun", timeout=PATIENT)
    choose(page, "sampler", "DDIM")
    expect(notes).not_to_contain_text("weaker", timeout=PATIENT)
    write(prompt(page), "xyzzy")
    page.keyboard.press("Tab")
    expect(notes).to_contain_text("xyzzy", timeout=PATIENT)
    expect(page.locator("#generate")).to_be_enabled()  # nothing is drawn for it
