"""What belongs to the whole page: the switch of language, keys, names for screen readers, and no request elsewhere."""

import re

from tests.browser.test_history import go
from tests.browser.test_play import drawn, expect, finals, prompt, status


def test_the_switch_changes_every_text_and_is_remembered(visit, site):
    page = visit(site)
    expect(page.get_by_role("tab", name="History", exact=True)).to_be_visible()
    page.locator("#language").click()
    for name in ("试玩", "对比", "历史", "实验台", "规则一览"):
        expect(page.get_by_role("tab", name=name, exact=True)).to_be_visible()
    expect(page.locator("#generate")).to_have_text("生成")
    expect(page.locator("#prompt")).to_contain_text("想画什么")
    expect(page.locator("#header")).to_contain_text("引导工作室", use_inner_text=True)
    go(page, "历史")
    expect(page.locator("#shelf")).to_contain_text("还没有图片", use_inner_text=True)
    page.reload()
    expect(page.locator("#generate")).to_have_text("生成")
    expect(page.get_by_role("tab", name="历史", exact=True)).to_be_visible()
    page.locator("#language").click()
    expect(page.locator("#generate")).to_have_text("Generate")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_link_can_ask_for_a_language(visit, site):
    page = visit(f"{site}/?__lang=zh")
    expect(page.locator("#generate")).to_have_text("生成")


def test_ctrl_enter_runs_and_escape_cancels(visit, site):
    page = visit(f"{site}/?steps=250&seeds=0&prompt=apple")
    expect(status(page)).to_contain_text("Recipe loaded")
    prompt(page).press("Control+Enter")
    expect(status(page)).to_contain_text("Column 1 of 4, step")
    page.keyboard.press("Escape")
    expect(status(page)).to_contain_text("Cancelled")
    page = visit(f"{site}/?steps=2&seeds=0&prompt=apple")
    expect(status(page)).to_contain_text("Recipe loaded")
    page.locator("body").press("Control+Enter")
    drawn(page)
    finals(page).first.click()
    page.keyboard.press("Escape")  # closes the dialog
    expect(page.locator("#large")).to_be_hidden()


def test_every_button_and_field_has_a_name(visit, site):
    page = visit(site)
    for name in ("Play", "Compare", "History"):
        go(page, name)
        page.wait_for_timeout(500)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, input, textarea, select, img")].filter((each) => {
              if (each.offsetParent === null || each.type === "file") return false;
              const labels = [...(each.labels || [])].map((label) => label.innerText).join("");
              const inside = each.querySelector("img")?.alt;
              const name = each.getAttribute("aria-label") || each.innerText || each.title || labels || inside;
              return !(each.hasAttribute("alt") || each.getAttribute("aria-labelledby") || (name || "").trim());
            }).map((each) => each.outerHTML.slice(0, 160))"""
        )
        assert nameless == [], f"{name}: {nameless}"


def test_nothing_is_asked_of_another_machine(chromium, site):
    """Fonts, styles and statistics are the server's own; the fixture `visit` holds every other test to it as well."""
    context, asked = chromium.new_context(), []
    page = context.new_page()
    own = re.compile(re.escape(site) + r"|data:|blob:")
    page.route(lambda url: not own.match(url), lambda route: (asked.append(route.request.url), route.abort()))
    page.goto(site)
    page.locator("#table table.guidance").wait_for()
    for name in ("Compare", "Inside", "Lab", "History", "What there is"):
        go(page, name)
        page.wait_for_timeout(300)
    context.close()
    assert asked == []
