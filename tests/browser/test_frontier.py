"""The Frontier tab as a person uses it: measure, read a point, open its pictures, pin two, take the numbers along."""

import csv
import json

import pytest
from PIL import Image

from studio.recipe import Recipe

from .test_play import PATIENT

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
STATUS = "#frontier_status"


@pytest.fixture
def frontier(visit, site):
    page = visit(site)
    page.get_by_role("tab", name="Frontier").click()
    page.locator("#frontier_run").wait_for()
    return page


def choose(page, values="0, 2", prompts="red apple"):
    """One option and few pictures."""
    page.get_by_label("One or two options").check()
    page.locator("#frontier_values1 textarea, #frontier_values1 input").fill(values)
    page.locator("#frontier_prompts textarea").fill(prompts)
    page.locator("#frontier_seeds textarea, #frontier_seeds input").fill("3 from 0")
    page.locator("#frontier_steps input").fill("4")
    page.locator("#frontier_steps input").press("Tab")


def measured(page, points):
    page.locator("#frontier_run").click()
    expect(page.locator(STATUS)).to_contain_text(f"{points} points, ", timeout=8 * PATIENT)
    expect(page.locator(".frontier .point")).to_have_count(points)


def test_measure_open_pin_and_take_along(frontier, tmp_path):
    choose(frontier, prompts="red apple\nwhale")
    measured(frontier, 2)
    points = frontier.locator(".frontier .point")
    points.first.focus()
    expect(frontier.locator(".frontier .tip")).to_contain_text("n = 6")
    frontier.keyboard.press("Enter")
    opened = frontier.locator(".frontier .point-card")
    expect(opened).to_have_count(1)
    assert (
        opened.locator("img").evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
        == 3 * 64
    )
    frontier.keyboard.press("p")
    points.last.locator(".reach").click()
    expect(opened).to_have_count(2)
    expect(opened.last).to_contain_text("w = 2")
    with frontier.expect_download() as found:
        frontier.get_by_role("button", name="CSV").click()
    with open(found.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["setting"] for row in rows] == ["w = 0", "w = 2"] and float(rows[1]["distance_low"]) <= float(
        rows[1]["distance"]
    )
    for row, w in zip(rows, (0, 2), strict=True):  # each alone says what was drawn
        assert (row["rule"], float(row["w"]), row["seeds"]) == ("Classifier-free", w, "0 1 2")
        assert json.loads(row["prompts"]) == ["red apple", "whale"]
        whole = [Recipe.parse(recipe) for recipe in json.loads(row["recipes"])]
        assert [(each.prompt, each.w, each.steps) for each in whole] == [("red apple", w, 4), ("whale", w, 4)]
    with frontier.expect_download() as found:
        frontier.get_by_role("button", name="JSON").click()
    with open(found.value.path(), encoding="utf-8") as file:
        points = json.load(file)["curves"][0]["points"]
    assert [point["n"] for point in points] == [6, 6]
    for point, row in zip(points, rows, strict=True):
        assert point["recipes"] == json.loads(row["recipes"]) and point["options"] == {"w": float(row["w"])}
        assert point["figures"]["distance"]["low"] == float(row["distance_low"])
    with frontier.expect_download() as found:
        frontier.get_by_role("button", name="Grid as PNG").click()
    with Image.open(found.value.path()) as grid:
        assert grid.width > 6 * 128


def test_what_is_wrong_is_said_and_the_points_stay(frontier):
    choose(frontier)
    measured(frontier, 2)
    choose(frontier, values="0, one")
    frontier.locator("#frontier_run").click()
    expect(frontier.locator(f"{STATUS} .error")).to_contain_text("w", timeout=PATIENT)
    expect(frontier.locator(".frontier .point")).to_have_count(2)


def test_a_sweep_is_cancelled(frontier):
    choose(frontier, values="0, 1, 2, 3")
    frontier.locator("#frontier_steps input").fill("250")
    frontier.locator("#frontier_steps input").press("Tab")
    frontier.locator("#frontier_seeds textarea, #frontier_seeds input").fill("16 from 0")
    frontier.locator("#frontier_run").click()
    expect(frontier.locator(STATUS)).to_contain_text("of 64 pictures", timeout=PATIENT)
    frontier.locator("#frontier_cancel").click()
    expect(frontier.locator(STATUS)).to_contain_text("Cancelled", timeout=PATIENT)


def test_a_phone_in_chinese(visit, site):
    page = visit(site, viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.get_by_role("tab", name="前沿").click()
    expect(page.locator("#frontier_run")).to_have_text("测量")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
