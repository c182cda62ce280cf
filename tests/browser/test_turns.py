"""From a click to its end on every tab that runs something: a cancel in whatever order it arrives, a refusal, a full queue."""

import re

import pytest

from .conftest import free_port, served
from .test_play import PATIENT, go

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

LINK = "?prompt=red+apple&steps=250&seeds=1"  # five seconds a column
TABS = {  # name: the button that runs, the one that cancels, the line beside them
    "Play": ("#generate", "#cancel", "#status"),
    "Draw": ("#draw_each", "#draw_cancel", "#draw_status"),
    "Compare": ("#compare_generate", "#compare_cancel", "#compare_status"),
    "Frontier": ("#frontier_run", "#frontier_cancel", "#frontier_status"),
    "Inside": ("#inside_trace", "#inside_cancel", "#inside_status"),
}
FIELDS = {  # a field of the tab, what is wrong and what is right there
    "Play": ("#seeds textarea, #seeds input", "abc", "0, 1"),
    "Draw": ("#draw input[name=seeds]", "abc", "0, 1"),
    "Compare": ("#compare_seeds textarea, #compare_seeds input", "abc", "0, 1"),
    "Frontier": ("#frontier_seeds textarea, #frontier_seeds input", "abc", "2 from 0"),
}
ANSWERED = re.compile("/gradio_api/(run|queue/join)")


def opened(page, name):
    """The tab, with everything that belongs to it in its place, and nothing on its way."""
    if name != "Play":
        go(page, name)
    page.locator(TABS[name][0]).wait_for()
    if name == "Draw":
        page.locator('.drawing .four button[data-png="1"]').nth(3).wait_for(timeout=4 * PATIENT)
        page.get_by_label("Redraw at the end of each stroke").uncheck()
    if name == "Compare":
        expect(page.locator("#compare_words")).not_to_be_empty(timeout=PATIENT)
    if name == "Frontier":
        page.get_by_label("One or two options").check()
        page.locator("#frontier_prompts textarea").fill("red apple")
        page.locator("#frontier_steps input").fill("50")
        page.locator("#frontier_steps input").press("Tab")
    page.wait_for_timeout(600)
    return page


class Held:
    """Requests of the page that were made and not sent yet: those whose turn it is to wait."""

    def __init__(self, page, which):
        self.routes = []
        self._page, self._which, self._seen = page, which, 0
        page.route(ANSWERED, self._hold)

    def _hold(self, route):
        self._seen += 1
        if self._seen == self._which:
            self.routes.append(route)
        else:
            route.continue_()

    def wait(self):
        while not self.routes:
            self._page.wait_for_timeout(20)

    def send(self):
        self.routes.pop().continue_()


@pytest.mark.parametrize("name", TABS)
@pytest.mark.parametrize("late", [1, 2], ids=["the click comes after it", "the run comes after it"])
def test_escape_after_a_click_stops_it_in_whatever_order_they_arrive(visit, site, name, late):
    """late: which request of the click reaches the server after the cancel: that which checks, or that which runs."""
    run, cancel, status = TABS[name]
    page = opened(visit(f"{site}/{LINK}"), name)
    held = Held(page, late)
    page.locator(run).click()
    held.wait()
    expect(page.locator(cancel)).to_be_enabled()
    with page.expect_response(ANSWERED):
        page.keyboard.press("Escape")
    held.send()
    expect(page.locator(status)).to_contain_text("Cancelled", timeout=PATIENT)
    expect(page.locator(cancel)).to_be_disabled(timeout=PATIENT)
    expect(page.locator(run)).to_be_enabled()
    page.unroute(ANSWERED)
    page.locator(run).click()  # and it can be run again
    expect(page.locator(cancel)).to_be_enabled()
    expect(page.locator(status)).not_to_contain_text("Cancelled", timeout=PATIENT)
    page.keyboard.press("Escape")
    expect(page.locator(cancel)).to_be_disabled(timeout=4 * PATIENT)


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_wrong_is_said_and_the_buttons_keep_their_names(visit, site, name):
    run, cancel, status = TABS[name]
    field, wrong, right = FIELDS[name]
    page = opened(visit(f"{site}/?prompt=red+apple&steps=4&seeds=0,1"), name)
    names = [page.locator(each).inner_text() for each in (run, cancel)]
    place = page.locator(field)
    for text in (wrong, right):
        place.fill(text)
        place.press("Tab")
        page.wait_for_timeout(600)
        page.locator(run).click()
        if text == wrong:
            error = page.locator(f'{status} [role="alert"]')
            expect(error).to_contain_text("= 'abc'", timeout=PATIENT)
            page.wait_for_timeout(600)
            expect(error).to_be_visible()
            expect(page.locator(run)).to_be_enabled()
        else:
            expect(page.locator(f"{status} .error")).to_have_count(0, timeout=PATIENT)
            expect(page.locator(cancel)).to_be_disabled(timeout=8 * PATIENT)
        assert [page.locator(each).inner_text() for each in (run, cancel)] == names


def test_a_full_queue_is_told_on_every_tab_and_one_may_try_again(chromium):
    """One visitor draws, one waits, and there is no third place. Pages of their own: answers of 503 are wanted here."""
    port = free_port()
    # What draws must last until every tab was told, on a busy machine too: fifty seconds a column.
    with served(port, "-m", "tests.studio.serve", str(port), "0.2", "--waiting", "1") as url:
        pages = [
            chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page() for _ in "abc"
        ]
        for page in pages:
            page.set_default_timeout(45_000)
            page.goto(f"{url}/{LINK}")
            page.locator("#table table.guidance").wait_for()
        drawing, waiting, third = pages
        for name in ("Draw", "Compare", "Inside", "Frontier"):
            opened(third, name)
        drawing.locator("#generate").click()
        expect(drawing.locator("#status")).to_contain_text("Column 1", timeout=PATIENT)
        waiting.locator("#generate").click()
        expect(waiting.locator("#status")).to_contain_text("Waiting", timeout=PATIENT)
        for name, (run, cancel, status) in TABS.items():
            go(third, name)
            third.locator(run).click()
            expect(third.locator(status)).to_contain_text("Too many people are waiting", timeout=PATIENT)
            expect(third.locator(run)).to_be_enabled(timeout=PATIENT)
            expect(third.locator(cancel)).to_be_disabled()
        go(third, "History")
        files = []
        third.on("download", lambda file: files.append(file))
        third.locator("#history_export").click()
        expect(third.locator("#history_status")).to_contain_text("Too many people are waiting", timeout=PATIENT)
        assert not files
        for page in (drawing, waiting):
            page.locator("#cancel").click()
            expect(page.locator("#status")).to_contain_text("Cancelled", timeout=PATIENT)
        for name, (run, cancel, status) in TABS.items():
            go(third, name)
            third.locator(run).click()
            expect(third.locator(status)).not_to_contain_text("Too many", timeout=PATIENT)
            third.locator(cancel).click()
            expect(third.locator(cancel)).to_be_disabled(timeout=4 * PATIENT)
        for page in pages:
            page.context.close()
