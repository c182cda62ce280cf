"""The Play tab as a person uses it."""

import contextlib
import re
import time

import pytest

from studio.recipe import Recipe

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
PATIENT = 45_000  # milliseconds: a slow machine is not a broken page
expect.set_options(timeout=PATIENT)


def write(field, text):
    """Type until it stays: a section that has just opened writes its values once more."""
    until = time.monotonic() + PATIENT / 1000
    while True:
        field.fill(text)
        field.page.wait_for_timeout(150)
        if field.input_value() == text or time.monotonic() > until:
            break
    expect(field).to_have_value(text)


def go(page, name):
    """Open a tab by its name, also where it is in the menu of a narrow page."""
    tab = page.get_by_role("tab", name=name, exact=True)
    if not tab.is_visible():
        page.locator(".overflow-menu > button").click()
        tab = page.locator(".overflow-dropdown button", has_text=name)
    tab.click()


def reach(button, effect):
    """Click until the effect is there: a page that has just appeared may not listen yet, and the effect may come late
    and take the button away."""
    until = time.monotonic() + PATIENT / 1000
    while not effect():
        assert time.monotonic() < until, "the click had no effect"
        with contextlib.suppress(playwright.TimeoutError):
            button.click(timeout=2000)
        button.page.wait_for_timeout(400)


def open_section(page, name):
    section = page.locator(f"#{name}")
    reach(section.locator(".label-wrap"), lambda: section.locator(".label-wrap.open").count() == 1)
    return section


def prompt(page):
    return page.locator("#prompt textarea, #prompt input").first


def status(page):
    return page.locator("#status")


def generate(page):
    expect(page.locator("#generate")).to_be_enabled(timeout=PATIENT)
    page.locator("#generate").click()


def drawn(page, seconds=60):
    expect(status(page)).to_contain_text("pictures in", timeout=1000 * seconds)


def finals(page):
    return page.locator('button.picture[data-png^="data:image/png"]')


def download(page, picture, folder):
    picture.click()
    dialog = page.locator("#large")
    expect(dialog).to_be_visible()
    with page.expect_download() as waiting:
        dialog.locator(".download").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return file


def test_a_prompt_becomes_four_columns_and_a_picture_gives_its_recipe_back(visit, site, tmp_path):
    page = visit(site)
    expect(prompt(page)).not_to_have_value("")
    write(prompt(page), "green apple")
    generate(page)
    drawn(page)
    expect(page.locator("#table th[scope=col]")).to_have_count(4)
    expect(finals(page)).to_have_count(16)
    expect(page.locator(".numbers").first).to_contain_text("n = 4")
    file = download(page, page.locator('[data-open="3-1"]'), tmp_path)
    recipe = Recipe.from_png(file.read_bytes())
    assert recipe == Recipe(prompt="green apple", w=2.0, seeds=(1,))

    write(prompt(page), "something else")
    keep = open_section(page, "keep")
    keep.locator("input[type=file]").set_input_files(file)
    expect(prompt(page)).to_have_value("green apple")
    expect(status(page)).to_contain_text("Recipe loaded")
    generate(page)
    drawn(page)
    expect(finals(page)).to_have_count(4)  # one seed in four columns


def test_moving_w_redraws_the_chosen_column(visit, site):
    page = visit(site)
    number, slider = page.locator("#w input[type=number]"), page.locator("#w input[type=range]")
    expect(page.locator("#mark .pill.on")).to_contain_text("guided")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")  # arrow keys never release a slider
    expect(number).to_have_value("2.5")
    expect(status(page)).to_contain_text("Preview in 8 steps")
    expect(page.locator("th.chosen")).to_contain_text(re.compile(r"w\s=\s2\.5\s\(s\s=\s3\.5\)"))
    expect(finals(page)).to_have_count(4)
    write(number, "-1")
    number.press("Tab")
    expect(page.locator("#mark .pill.on")).to_contain_text("unconditional")
    write(number, "0")
    number.press("Tab")
    expect(page.locator("#mark .pill.on")).to_have_text(re.compile("0 conditional"))


def test_a_run_is_cancelled_and_the_next_one_works(visit, site):
    page = visit(site + "/?steps=250&seeds=0,1")
    expect(status(page)).to_contain_text("Recipe loaded")
    generate(page)
    expect(status(page)).to_contain_text("Column 1 of 4, step")
    expect(status(page)).to_contain_text("s left")
    expect(page.locator("td.state-running img").first).to_be_visible()  # the picture as it comes
    expect(page.locator("#generate")).to_be_disabled()
    page.locator("#cancel").click()
    expect(status(page)).to_contain_text("Cancelled")
    expect(page.locator("#cancel")).to_be_disabled()
    steps = page.locator("#steps input[type=number]")
    write(steps, "5")
    steps.press("Tab")
    generate(page)
    drawn(page)
    expect(finals(page)).to_have_count(8)


def test_columns_are_chosen_edited_added_and_removed(visit, site):
    page = visit(site)
    heads = page.locator("#table th[scope=col]")
    reach(page.locator("[data-pick='1']"), lambda: page.locator("th.chosen.rule-classifier").count() == 1)
    gamma = page.locator("#gamma_classifier input[type=number]")
    expect(gamma).to_have_value("3")
    write(gamma, "7.5")
    gamma.press("Tab")
    expect(heads.nth(1)).to_contain_text(re.compile(r"γ\s=\s7\.5"))
    page.locator("[data-add]").click()
    expect(heads).to_have_count(5)
    expect(heads.nth(4)).to_have_class(re.compile("chosen"))
    page.locator("[data-remove='0']").click(force=True)
    expect(heads).to_have_count(4)
    page.locator("#remove").click()
    expect(heads).to_have_count(3)


def choose(page, field, name):
    page.locator(f"#{field} input").click()
    page.get_by_role("option", name=name, exact=True).click()


def test_two_rules_side_by_side(visit, site):
    page = visit(site)
    page.locator("[data-add]").click()
    expect(page.locator("#table th[scope=col]")).to_have_count(5)
    write(page.locator("#w input[type=number]"), "2")
    page.locator("#w input[type=number]").press("Tab")
    section = open_section(page, "rule_section")
    choose(page, "rule", "Projected")
    expect(section.locator("#rule_about")).to_contain_text("Leaves out the part of the guidance")
    expect(section.locator("#rule_about .katex").first).to_be_visible()
    expect(section.locator("#Projected_momentum")).to_be_visible()
    expect(section.locator("#Perturbed_blocks")).to_be_hidden()
    expect(page.locator("th.chosen")).to_contain_text("Projected")
    generate(page)
    drawn(page)
    plain, projected = (page.locator(f"[data-open='{column}-0']") for column in (3, 4))
    assert plain.get_attribute("data-png") != projected.get_attribute("data-png")
    assert plain.locator("img").get_attribute("src") != projected.locator("img").get_attribute("src")
    again = visit(page.url)
    expect(again.locator("th.chosen")).to_contain_text("Projected")


def test_a_sampler_shows_its_own_options(visit, site):
    page = visit(site)
    section = open_section(page, "sampling")
    expect(section.locator("#eta")).to_be_visible()
    choose(page, "sampler", "Heun")
    expect(section.locator("#Heun_variable")).to_be_visible()
    expect(section.locator("#eta")).to_be_hidden()
    generate(page)
    drawn(page)


def test_an_example_fills_the_prompt(visit, site):
    page = visit(site)
    page.locator("#examples").get_by_text("微笑的猫", exact=True).click()
    expect(prompt(page)).to_have_value("微笑的猫")


def test_wrong_seeds_are_told_and_the_page_stays_usable(visit, site):
    page = visit(site)
    seeds = page.locator("#seeds textarea, #seeds input").first
    write(seeds, "99 from 0")
    generate(page)
    expect(page.locator("#status [role=alert]")).to_contain_text("seeds = '99 from 0' is not allowed")
    write(seeds, "2 from 40")
    generate(page)
    drawn(page)
    expect(page.locator("#table tbody th")).to_have_text([re.compile("40"), re.compile("41")])


def test_an_address_brings_its_settings_and_a_run_writes_them(visit, site):
    page = visit(site + "/?prompt=cat&seeds=3,9&_columns=0,0,0;4,0,0")
    expect(prompt(page)).to_have_value("cat")
    expect(page.locator("#table th[scope=col]")).to_have_count(2)
    write(prompt(page), "whale")
    generate(page)
    drawn(page)
    expect(page).to_have_url(re.compile(r"prompt=whale.*seeds=3(,|%2C)9.*_columns=0(,|%2C)0(,|%2C)0"))
    again = visit(page.url)
    expect(prompt(again)).to_have_value("whale")
    expect(again.locator("#table th[scope=col]")).to_have_count(2)


# Opens the first preview as soon as it is there, and remembers what is said of it.
OPEN_A_PREVIEW = """({ within, preview, large }) => new MutationObserver((_, observer) => {
  const button = document.querySelector(preview), dialog = document.querySelector(large);
  if (!button || dialog.open) return;
  observer.disconnect();
  button.click();
  window.said = dialog.innerText;
}).observe(document.querySelector(within), { childList: true, subtree: true })"""


def test_a_picture_that_is_large_during_a_run_is_the_finished_one_at_its_end(visit, site):
    page = visit(site)
    preview = 'button.picture[data-png=""]'
    page.evaluate(OPEN_A_PREVIEW, {"within": "#table", "preview": preview, "large": "#large"})
    generate(page)
    dialog = page.locator("#large")
    expect(dialog.locator(".download")).to_have_attribute("href", re.compile("^data:image/png"))
    expect(dialog.locator(".download")).to_be_visible()
    assert "preview" in page.evaluate("said").lower()
    expect(dialog).to_contain_text("The PNG holds this recipe")
    drawn(page)
    assert dialog.locator("img").get_attribute("src") == finals(page).first.locator("img").get_attribute("src")


def test_the_real_world(visit, real_site, tmp_path):
    page = visit(real_site)
    write(prompt(page), "red apple")
    steps = page.locator("#steps input[type=number]")
    write(steps, "100")  # long enough to be cancelled on any machine
    steps.press("Tab")
    number = page.locator("#w input[type=number]")
    write(number, "4")
    number.press("Tab")
    expect(status(page)).to_contain_text("Preview in 8 steps", timeout=4 * PATIENT)  # the model loads first
    generate(page)
    expect(status(page)).to_contain_text("of 4, step")
    page.locator("#cancel").click()
    expect(status(page)).to_contain_text("Cancelled")
    write(steps, "10")
    steps.press("Tab")
    generate(page)
    drawn(page, 90)
    expect(page.locator("#table th[scope=col]")).to_have_count(4)
    expect(finals(page)).to_have_count(16)
    file = download(page, page.locator('[data-open="3-0"]'), tmp_path)
    assert Recipe.from_png(file.read_bytes()) == Recipe(prompt="red apple", w=4.0, steps=10, seeds=(0,))
