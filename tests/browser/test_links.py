"""A link as it arrives, in a real browser."""


def test_the_page_opens_with_a_link_of_any_length_and_says_what_is_wrong(visit, site):
    page = visit(f"{site}/?prompt={'x' * 100_000}&steps=9&ref=hn&seeds=1;2")
    told = page.locator(".status.error").first
    told.wait_for()
    assert "prompt = 'xxx" in told.inner_text() and "at most 200 characters" in told.inner_text()
    assert "ref = 'hn'" in told.inner_text() and "The rest of the recipe is loaded" in told.inner_text()
    assert page.locator("#table tbody tr").count() == 2
