"""The History and Compare tabs as a person walks them, over the fake engine."""

import json
import re
import zipfile

from studio.recipe import Recipe
from tests.browser.test_play import download, drawn, expect, finals, generate, go, prompt, status


def tiles(page):
    return page.locator("#shelf [data-choose]")


def draw(page, site, query):
    page.goto(f"{site}/?{query}")
    expect(status(page)).to_contain_text("Recipe loaded")
    generate(page)
    drawn(page)


def drop(page, name, content, kind):
    page.evaluate(
        """([name, bytes, kind]) => {
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(bytes)], name, { type: kind }));
          for (const event of ["dragover", "drop"]) document.querySelector("#header").dispatchEvent(
            new DragEvent(event, { dataTransfer: held, bubbles: true, cancelable: true }));
        }""",
        [name, list(content), kind],
    )


def test_what_was_drawn_is_found_starred_deleted_exported_and_opened(visit, site, tmp_path):
    page = visit(site)
    draw(page, site, "prompt=red+apple&steps=4&seeds=0,1")
    go(page, "History")
    expect(tiles(page)).to_have_count(8)
    page.locator("#history_text textarea, #history_text input").fill("CLIP seed 1")
    expect(tiles(page)).to_have_count(1)
    page.locator("#shelf [data-star]").click()
    expect(page.locator("#shelf [data-star]")).to_have_attribute("aria-pressed", "true")
    tiles(page).click()
    one = page.locator("dialog.one")
    expect(one).to_contain_text("γ CLIP")
    expect(one.get_by_role("button", name="Remove the star")).to_be_visible()
    with page.expect_download() as waiting:
        one.get_by_text("Recipe as JSON").click()
    recipe = Recipe.parse(json.loads(waiting.value.path().read_text("utf-8")))
    assert (recipe.prompt, recipe.gamma_clip, recipe.seeds) == ("red apple", 40.0, (1,))
    one.locator("[data-do=delete]").click()
    expect(page.locator("#shelf")).to_contain_text("Nothing matches")
    page.locator("#history_undo").click()
    expect(tiles(page)).to_have_count(1)

    page.locator("#history_text textarea, #history_text input").fill("apple")
    expect(tiles(page)).to_have_count(8)
    with page.expect_download() as waiting:
        page.locator("#history_export").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert sum(name.endswith(".png") for name in archive.namelist()) == 8

    page.locator("#history_text textarea, #history_text input").fill("CLIP seed 1")
    expect(tiles(page)).to_have_count(1)
    tiles(page).click()
    one.locator("[data-do=play]").click()
    expect(prompt(page)).to_be_visible()
    expect(status(page)).to_contain_text("Recipe loaded")
    expect(page.locator("th.chosen")).to_contain_text("CLIP")
    generate(page)
    drawn(page)
    expect(finals(page)).to_have_count(4)  # one seed in four columns
    link = page.url
    file = download(page, page.locator('[data-open="3-0"]'), tmp_path)

    other = visit(link)  # a new window
    expect(prompt(other)).to_have_value("red apple")
    expect(other.locator("th.chosen")).to_contain_text("CLIP")
    drop(other, "recipe.json", Recipe(prompt="green apple").to_json().encode(), "application/json")
    expect(prompt(other)).to_have_value("green apple")
    drop(other, "picture.png", file.read_bytes(), "image/png")
    expect(prompt(other)).to_have_value("red apple")
    drop(other, "hostile.json", b'{"prompt": "x", "w": "<img src=x onerror=alert(1)>"}', "application/json")
    expect(status(other)).to_contain_text("w = ")
    expect(prompt(other)).to_have_value("x")  # what is right in it is loaded


def test_two_recipes_are_compared(visit, site):
    page = visit(site)
    draw(page, site, "prompt=red+apple&steps=4&seeds=0,1")
    go(page, "Compare")
    expect(page.locator("#compare_words")).to_contain_text("One thing differs: Guidance w 0 → 2", use_inner_text=True)
    expect(page.locator("#compare_pair img")).to_have_count(2)
    expect(page.locator("#compare_gap")).to_contain_text(re.compile(r"\|A − B\| × \d+"))
    page.locator("#compare_rows [data-seed='1']").click()
    expect(page.locator("#compare_rows [data-seed='1']")).to_have_attribute("aria-pressed", "true")
    page.locator("#compare_sources [data-side=a] [data-source='column 1']").click()
    expect(page.locator("#compare_words")).to_contain_text("2 things differ")
    page.locator("#compare_seeds textarea, #compare_seeds input").fill("1, 9")
    page.locator("#compare_generate").click()
    expect(page.locator("#compare_status")).to_contain_text("2 pictures")
    expect(page.locator("#compare_rows img")).to_have_count(6)

    go(page, "History")
    expect(tiles(page)).to_have_count(10)  # what was drawn for comparing too
    tiles(page).last.click()
    page.locator("dialog.one [data-do=b]").click()
    expect(page.locator("#compare_sources [data-side=b] [aria-pressed=true]")).to_contain_text(
        "seed 0", use_inner_text=True
    )
    expect(page.locator("#compare_words")).to_contain_text("γ classifier")


def test_both_tabs_fit_a_phone_and_speak_chinese(visit, site):
    page = visit(site, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN")
    page.goto(f"{site}/?prompt=apple&steps=2&seeds=0")
    expect(status(page)).to_contain_text("配方已载入", use_inner_text=True)
    generate(page)
    expect(status(page)).to_contain_text("张图片", use_inner_text=True)
    for name, place in (("历史", "#shelf .tile"), ("对比", "#compare_rows table")):
        go(page, name)
        expect(page.locator(place).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
