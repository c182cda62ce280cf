"""w, both γ, steps and seeds: in sight without opening anything, moved by mouse and by keys, on desktop and phone."""

import re

import pytest

from .test_play import PATIENT, choose, drawn, generate, reach, write

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
VIEWS = [{"viewport": {"width": 1440, "height": 900}}, {**PHONE, "locale": "zh-CN"}]
IDS = ["desktop", "phone in Chinese"]
SLIDERS = ("w", "gamma_classifier", "gamma_clip", "steps")
LINK = "/?prompt=red+apple&steps=6&seeds=0,1"
SHOWN = """(column) => [...document.querySelectorAll(`[data-open^="${column}-"]`)]
  .map((each) => each.dataset.recipe + each.querySelector("img").src).join()"""
REDRAWN = f"""([column, before]) => document.querySelector("#cancel").disabled
  && document.querySelectorAll("#table thead .head")[column].querySelector(".state").innerText.match(/preview|预览/)
  && ({SHOWN})(column) && ({SHOWN})(column) !== before"""


def shown(page):
    return [page.evaluate(SHOWN, column) for column in range(4)]


def redraws_the_chosen_column(page, act):
    before = shown(page)
    act()
    page.wait_for_function(REDRAWN, arg=[3, before[3]], timeout=PATIENT)
    assert before[:3] == shown(page)[:3] or not any(shown(page)[:3])  # of other seeds they have no pictures


def seeds(page):
    return page.locator("#seeds textarea, #seeds input")


@pytest.fixture(params=VIEWS, ids=IDS)
def page(request, visit, site):
    """A table that was drawn a moment ago."""
    page = visit(site + LINK, **request.param)
    generate(page)
    expect(page.locator("#status")).to_contain_text(re.compile("8 pictures in|8 张图片"), timeout=PATIENT)
    return page


@pytest.mark.parametrize("view", VIEWS, ids=IDS)
def test_a_first_visit_shows_all_that_is_moved_beside_the_pictures(visit, site, view):
    page = visit(site, **view)
    names = ["prompt", *SLIDERS, "seeds", "lock", "generate"]
    places = [page.locator(f"#{name}") for name in names]
    places += [page.locator("#table tbody tr").first.locator("td.cell").nth(column) for column in range(4)]
    height = view["viewport"]["height"]
    for place in places:
        box = place.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= height, place
    for name in (*SLIDERS, "seeds"):
        assert page.locator(f"#{name}").bounding_box()["height"] <= 40
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    page.locator("#table tfoot").scroll_into_view_if_needed()
    for name in SLIDERS if "is_mobile" not in view else SLIDERS[1:]:  # on a phone w goes with the prompt
        box = page.locator(f"#{name}").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, name


def test_each_is_moved_by_keys_and_by_mouse_and_the_chosen_column_alone_is_redrawn(page):
    for name in SLIDERS:
        slider = page.locator(f"#{name} input[type=range]")

        def by_keys(slider=slider):
            slider.focus()
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")

        def by_mouse(slider=slider):
            box = slider.bounding_box()
            page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)

        redraws_the_chosen_column(page, by_keys)
        redraws_the_chosen_column(page, by_mouse)
    steps = page.locator("#steps input[type=number]").input_value()
    expect(page.locator("#status")).to_contain_text(steps)  # a preview in all of them
    expect(page.locator("#status")).to_contain_text(re.compile("The rest is changed|其余已改"))

    redraws_the_chosen_column(page, lambda: page.locator("#lock .dice").click())
    thrown = seeds(page).input_value()
    assert re.fullmatch(r"\d{1,3}, \d{1,3}", thrown)
    expect(page.locator("#table tbody th").last).to_have_text(thrown.split(", ")[1])

    def by_typing():
        write(seeds(page), "2 from 40")
        seeds(page).press("Enter")

    redraws_the_chosen_column(page, by_typing)
    expect(page.locator("#table tbody th").last).to_have_text("41")
    page.locator("#lock .dice").focus()
    redraws_the_chosen_column(page, lambda: page.keyboard.press("Enter"))
    expect(seeds(page)).not_to_have_value("2 from 40")


def test_seeds_that_are_half_written_are_refused_when_the_field_is_left(page):
    seeds(page).fill("")
    seeds(page).press_sequentially("4 from")
    expect(page.locator("#status")).to_contain_text(re.compile("Changed, not drawn yet|设置已改"), timeout=PATIENT)
    expect(page.locator('#status [role="alert"]')).to_have_count(0)
    seeds(page).press("Tab")
    expect(page.locator('#status [role="alert"]')).to_contain_text("from", timeout=PATIENT)
    seeds(page).press_sequentially(" 7")
    expect(page.locator('#status [role="alert"]')).to_have_count(0, timeout=PATIENT)
    expect(page.locator("#table tbody th").last).to_have_text("10")  # as soon as they are right


def test_a_lock_keeps_the_seeds_and_says_so_in_both_languages(visit, site):
    page = visit(site + LINK)
    lock, dice = page.locator("#lock .lock"), page.locator("#lock .dice")
    expect(lock).to_have_attribute("aria-pressed", "false")
    expect(lock).to_have_attribute("title", re.compile("dice, an example or another world"))
    lock.focus()
    page.keyboard.press("Space")
    expect(lock).to_have_attribute("aria-pressed", "true")
    expect(dice).to_have_attribute("aria-disabled", "true")
    dice.click(force=True)
    page.wait_for_timeout(600)
    expect(seeds(page)).to_have_value("0, 1")
    choose(page, "world", "Memory: the emoji by heart")
    expect(page.locator("#gamma_clip")).to_be_hidden(timeout=PATIENT)  # it has no CLIP
    expect(page.locator("#absent")).to_contain_text("no CLIP", use_inner_text=True)
    expect(page.locator("#gamma_classifier")).to_be_visible()
    expect(seeds(page)).to_have_value("0, 1")
    write(seeds(page), "5, 6")  # by hand they are set
    page.locator("#language").click()
    expect(lock).to_have_attribute("title", re.compile("已锁定"))
    expect(lock).to_have_attribute("aria-label", "锁定种子")
    expect(dice).to_have_attribute("aria-label", "随机换一组种子")
    page.locator("#language").click()
    reach(lock, lambda: lock.get_attribute("aria-pressed") == "false")
    choose(page, "world", "Emoji: 64 × 64 pictures from text")
    expect(seeds(page)).to_have_value("0, 1, 2, 3", timeout=PATIENT)
    expect(page.locator("#gamma_clip")).to_be_visible()


def test_a_long_preview_is_cancelled_and_the_page_goes_on(visit, site):
    page = visit(site + "/?prompt=red+apple&steps=240&seeds=0,1")
    number = page.locator("#steps input[type=number]")
    write(number, "249")
    expect(page.locator("#status")).to_contain_text("Preview: step", timeout=PATIENT)
    expect(page.locator("#generate")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(page.locator("#cancel")).to_be_disabled(timeout=PATIENT)
    write(number, "5")
    expect(page.locator("#status")).to_contain_text("Preview in 5 steps", timeout=PATIENT)
    generate(page)
    drawn(page)
