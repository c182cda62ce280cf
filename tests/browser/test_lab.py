"""The Lab and the list of rules as a person uses them."""

import pytest

from .test_play import PATIENT, go, reach

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

DARK_SPOTS = """(canvas) => {
  const { width, height } = canvas, data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  let painted = 0;
  for (let k = 3; k < data.length; k += 4) painted += data[k] > 0;
  return painted / (width * height);
}"""


@pytest.fixture
def lab(visit, site):
    page = visit(site)
    tab = page.get_by_role("tab", name="Lab")
    reach(tab, lambda: page.locator(".lab").count() == 1)
    expect(page.locator(".lab .took")).to_contain_text("ms", timeout=4 * PATIENT)  # the models' side loads first
    return page


def number(page, cloud, name):
    return page.locator(f".cloud.{cloud} dl > div", has_text=name).locator("dd")


def drag(page, fro, to):
    box = page.locator("canvas.plane").bounding_box()
    at = [(box["x"] + (x + 3.2) / 6.4 * box["width"], box["y"] + (3.2 - y) / 6.4 * box["height"]) for x, y in (fro, to)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def test_guidance_moves_the_numbers(lab):
    assert lab.locator("canvas.plane").evaluate(DARK_SPOTS) > 0.3
    expect(number(lab, "guided", "class share")).to_have_text("1.000", timeout=PATIENT)
    before = number(lab, "guided", "recall").text_content()
    lab.get_by_role("button", name="No guidance").click()
    expect(number(lab, "guided", "recall")).not_to_have_text(before, timeout=PATIENT)
    assert float(number(lab, "guided", "recall").text_content()) > float(before) + 0.2
    expect(lab.locator(".notes")).to_contain_text("are the same")
    lab.locator('[data-name="w"]').first.fill("6")
    expect(lab.locator(".notes")).to_contain_text("γ = 7", timeout=PATIENT)


def test_a_component_is_dragged_added_and_removed(lab):
    before = number(lab, "guided", "mean error").text_content()
    drag(lab, (1.3, -0.8), (0.4, 1.2))
    expect(number(lab, "guided", "mean error")).not_to_have_text(before, timeout=PATIENT)
    assert lab.locator(".editing .field").count() == 5
    lab.get_by_role("button", name="− Remove").click()
    expect(lab.locator(".tinted button")).to_have_count(2)
    lab.get_by_role("button", name="+ Add").click()
    expect(lab.locator(".editing .field")).to_have_count(5)


def test_what_is_typed_wrongly_breaks_nothing(lab):
    steps = lab.locator(".plainfields input[type=number]").first
    steps.fill("100000")
    steps.press("Tab")
    expect(steps).to_have_value("200")
    steps.fill("")
    steps.press("Tab")
    expect(steps).not_to_have_value("")
    expect(lab.locator(".planeview .status.error")).to_be_hidden()


def test_what_cannot_work_here_says_why(lab):
    lab.locator(".entry.pull .why summary").click()
    expect(lab.locator(".entry.pull .why")).to_contain_text("CLIP")
    assert lab.locator('.entry.pull option[value="Semantic"]').is_disabled()


def test_the_flow_and_the_four_views(lab):
    lab.get_by_role("button", name="Flow in 1-D").click()
    expect(lab.locator(".flowview")).to_contain_text("of the points: 50 %", timeout=PATIENT)
    lab.locator(".flowview input[type=text]").fill("0.5, nonsense")
    expect(lab.locator(".flowview .status.error")).to_contain_text("points", timeout=PATIENT)
    lab.locator(".flowview input[type=text]").fill("0.5, 1.5")
    expect(lab.locator(".flowview .status.error")).to_be_hidden(timeout=PATIENT)
    assert lab.locator("canvas.flow").evaluate(DARK_SPOTS) > 0.2
    lab.get_by_role("button", name="Four views").click()
    expect(lab.locator(".fourview")).to_contain_text("round trip", timeout=PATIENT)


def test_the_views_of_schedule_step_and_paths(lab):
    lab.get_by_role("button", name="Schedule and losses").click()
    charts = lab.locator(".scheduleview .chart svg")
    expect(charts).to_have_count(3, timeout=PATIENT)
    before = charts.nth(1).inner_html()
    lab.locator(".scheduleview").get_by_role("button", name="linear β").click()
    expect(lab.locator(".scheduleview .chart").first).to_contain_text("t = 0.50", timeout=PATIENT)
    lab.wait_for_function("(b) => document.querySelectorAll('.scheduleview .chart svg')[1].innerHTML !== b", arg=before)
    lab.get_by_role("button", name="One guided step").click()
    distance = lab.locator(".kernelview .ends-table dd").first
    expect(distance).to_have_text("0.299", timeout=PATIENT)
    lab.locator(".kernelview canvas.plane").click(position={"x": 40, "y": 40})
    expect(distance).not_to_have_text("0.299", timeout=PATIENT)


def test_a_prior_is_drawn_and_carried(lab):
    lab.get_by_role("button", name="Flow in 2-D").click()
    view = lab.locator(".pathsview")
    expect(view.locator(".chart .key")).to_contain_text("10⁻", timeout=PATIENT)
    view.get_by_role("button", name="drawn", exact=True).click()
    view.get_by_role("button", name="Clear the drawing").click()
    box = view.locator("canvas").bounding_box()
    lab.mouse.move(box["x"] + 60, box["y"] + 60)
    lab.mouse.down()
    lab.mouse.move(box["x"] + 60, box["y"] + 400, steps=8)
    lab.mouse.up()
    expect(lab.locator(".lab")).not_to_have_class("lab busy", timeout=PATIENT)
    expect(view.locator(".notes")).to_contain_text("100 % of the samples arrive", timeout=PATIENT)
    view.get_by_role("button", name="half the speed").click()
    expect(view.locator(".notes")).not_to_contain_text("100 %", timeout=PATIENT)


def test_the_list_shows_equations_without_leaving_the_machine(visit, site):
    page = visit(site)
    tab = page.get_by_role("tab", name="What there is")
    reach(tab, lambda: page.locator("#catalogue_en").count() == 1)
    expect(page.locator("#catalogue_en")).to_contain_text("ClassifierFree", timeout=4 * PATIENT)
    expect(page.locator("#catalogue_en .katex").first).to_be_attached(timeout=PATIENT)


def test_it_fits_a_phone_in_chinese_and_dark(visit, site):
    page = visit(site, viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark")
    page.locator(".overflow-menu > button").wait_for(timeout=PATIENT)
    go(page, "实验台")
    expect(page.locator(".lab .took")).to_contain_text("毫秒", timeout=4 * PATIENT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert "Guided" not in page.locator(".lab").inner_text()
