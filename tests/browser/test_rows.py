"""Every row of the table of equations is switched on where the list says, by the words that stand there."""

import re

import pytest

from studio.rows import called
from studio.words.rows import ROWS

from .test_play import PATIENT, go, reach

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect


def seen(found):
    return found.locator("visible=true")


def switched(scope, step):
    """Press, open, choose or move what has this name, and give where to look for the next one."""
    key, chosen = (step, None) if isinstance(step, str) else step
    name = called(key)
    whole = re.compile(rf"^\W*{re.escape(name)}\W*$")
    if chosen is None:
        for heading in ("summary", ".label-wrap"):
            opened = seen(scope.locator(heading).filter(has_text=whole))
            if opened.count():
                section = opened.first.locator("xpath=..")
                if not section.evaluate("(one) => one.open || Boolean(one.querySelector('.label-wrap.open'))"):
                    opened.first.click()
                return section
        button = seen(scope.get_by_role("button", name=name, exact=True))
        if button.count():
            button.first.click()
            return scope
    group = seen(scope.get_by_role("group", name=name, exact=True))
    if chosen is not None and group.count():
        chip = group.first.get_by_role("button", name=called(chosen), exact=True)
        chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")
        return scope
    field = seen(scope.get_by_label(name, exact=True))
    field = field if field.count() else seen(scope.get_by_label(re.compile(rf"(^|\s){re.escape(name)}")))
    expect(field.first, f"nothing is called {name!r}").to_be_visible()
    moved(field.first, called(chosen) if chosen else "")
    return scope


def moved(field, chosen):
    """Another value in a control, or the chosen one."""
    kind = field.evaluate("(one) => one.tagName === 'SELECT' ? 'select' : one.getAttribute('role') ?? one.type")
    if kind == "select":
        field.select_option(label=chosen)
    elif chosen:
        for _ in range(5):  # a section that has just opened writes its values once more
            field.click()
            field.page.get_by_role("option", name=chosen, exact=True).click()
            field.page.wait_for_timeout(300)
            if field.input_value() == chosen:
                break
        expect(field).to_have_value(chosen)
    elif kind == "range":
        field.focus()
        field.press("ArrowRight")
    else:
        field.fill("1" if kind == "number" else "0.5, 1.5")


def test_the_list_is_walked(visit, site):
    page = visit(site)
    go(page, "Lab")
    reach(page.get_by_role("tab", name="Lab"), lambda: page.locator(".lab .nav").count() == 1)
    expect(page.locator(".lab .took")).to_contain_text("ms", timeout=4 * PATIENT)
    for row in sorted(
        ROWS, key=lambda row: [step for step in row.place[:2] if isinstance(step, str)]
    ):  # a view at a time
        if not row.place:
            continue
        tab, *steps = row.place
        go(page, called(tab))
        scope = page.locator("[role=tabpanel]").locator("visible=true").first
        for step in steps:
            scope = switched(scope, step)
        expect(page.locator(".lab.busy")).to_have_count(0, timeout=PATIENT)
        wrong = seen(page.locator(".status.error, .status .error"))
        assert wrong.count() == 0, (row, wrong.all_inner_texts())
        if seen(page.locator("dialog[open], [role=dialog]")).count():  # elsewhere Escape ends what was begun
            page.keyboard.press("Escape")
    go(page, "Inside")
    expect(page.locator(".inside .plots svg").first).to_be_visible(timeout=4 * PATIENT)
