"""Every page of the admin, opened as people open it: signed in, wide and narrow, light and dark, Korean and English."""

import pytest
from django.contrib import admin
from django.urls import reverse

from xlcfi.console.pages import pages
from xlcfi.console.rights import GROUPS

# The market is there before the tests and outlives them; the mark only asks for the test database.
pytestmark = pytest.mark.django_db

# Of the lists, which are all alike, these are kept as pictures; of the pages of our own all are.
KEPT = {"order", "user", "deadletter"}


def addresses():
    """(name of its pictures or "", address) of every list, of one row of each table, and of every page of our own.

    From the registries: what is added later is looked at without a word here.
    """
    for model, model_admin in admin.site._registry.items():
        options = model._meta
        base = f"admin:{options.app_label}_{options.model_name}"
        kept = options.model_name in KEPT
        row = model_admin.model._default_manager.order_by("pk").first()
        # One row of a list shows what fifty would, in a fraction of the time.
        narrowed = "" if kept or row is None or not model_admin.search_fields else f"?q={row.pk}"
        yield f"{options.model_name}-list" if kept else "", reverse(f"{base}_changelist") + narrowed
        if row is not None:
            yield f"{options.model_name}-row" if kept else "", reverse(f"{base}_change", args=[row.pk])
    for page in pages():
        if page.name == "home":
            yield "home", reverse("admin:index")
            continue
        parameters = page.example()
        if parameters is not None:
            yield page.name, reverse(f"admin:{page.name}", kwargs=parameters)


def test_every_page_is_whole_readable_and_fits(visitor):
    someone = [visitor("data_admin", "ko"), visitor("data_admin", "en")]
    found = []
    # Those without pictures first: the window keeps its size.
    for number, (name, address) in enumerate(sorted(addresses(), key=lambda one: one[0] != "")):
        # Korean and English by turns; in both what everybody sees first.
        found += someone[number % 2].look(address, name)
        if name in ("home", "order-list"):
            found += someone[1 - number % 2].look(address, name)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_comes_in_and_finds_its_own_home(visitor, group):
    someone = visitor(group)
    assert someone.look("/admin/", f"home-{group}") == []
    figures = someone.page.locator("[data-home-now]").count()
    assert figures == (0 if group == "operator" else 1)
    assert bool(someone.page.locator('a[href="/admin/events/deadletter/"]').count()) == (group != "analyst")


def test_the_login_speaks_both_languages(visitor, browser, site):
    from tests.browser.looking import Visitor

    stranger = Visitor(browser, site, "ko")
    try:
        assert stranger.look("/admin/login/", "login") == []
        stranger.page.get_by_role("button", name="English").click()
        assert stranger.page.locator("html").get_attribute("lang") == "en"
        stranger.page.get_by_role("button", name="한국어").click()
        assert stranger.page.locator("html").get_attribute("lang") == "ko"
    finally:
        stranger.leave()


def test_the_home_page_renews_itself_and_stops_when_nobody_looks(visitor):
    someone = visitor("analyst", fresh=True)
    page, asked = someone.page, []
    page.on("request", lambda request: "/home/now/" in request.url and asked.append(request.url))
    page.clock.install()
    page.goto(f"{someone.site}/admin/")
    with page.expect_response("**/admin/home/now/"):
        page.clock.run_for(6_000)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
                  "document.dispatchEvent(new Event('visibilitychange'))")  # fmt: skip
    before = len(asked)
    page.clock.run_for(60_000)
    assert len(asked) == before
    with page.expect_response("**/admin/home/now/"):
        page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")


def test_a_chart_tells_its_figures_to_the_arrow_keys(visitor):
    someone = visitor("analyst")
    page = someone.page
    page.goto(f"{someone.site}/admin/")
    plot = page.locator(".console-plot").first
    plot.focus()
    page.keyboard.press("End")
    tip = plot.locator(".console-tip")
    assert tip.is_visible()
    last = tip.inner_text()
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text() != last
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_a_dead_letter_is_discarded_by_hand(visitor):
    someone = visitor("operator")
    page = someone.page
    page.goto(f"{someone.site}/admin/events/deadletter/")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("discard")
    someone.keep("deadletter-chosen-desktop-light-en")
    page.get_by_role("button", name="Run").click()
    page.locator("#id_reason").fill("a test order")
    assert someone.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    someone.keep("deadletter-confirm-desktop-light-en")
    page.get_by_role("button", name="Yes, discard").click()
    assert "Discarded: 1." in page.locator("#content-main").inner_text()


def test_a_page_is_kept_as_a_view_without_any_script_and_opened_again(visitor, browser, site):
    known = visitor("analyst").window.storage_state()
    window = browser.new_context(storage_state=known, java_script_enabled=False, locale="en-US")
    try:
        page = window.new_page()
        page.goto(f"{site}/admin/?period=quarter")
        page.locator(".console-save summary").click()
        page.locator("#save-view-name").fill("a quarter")
        page.locator(".console-save").get_by_role("button", name="Save").click()
        assert page.url == f"{site}/admin/?period=quarter"
        page.goto(f"{site}/admin/analytics/saved-views/")
        page.get_by_role("link", name="a quarter").click()
        assert page.url == f"{site}/admin/?period=quarter"
        assert page.locator(".console-switch .is-on").inner_text() == "90 days"
    finally:
        window.close()


def test_the_funnel_has_all_its_steps(visitor):
    someone = visitor("analyst")
    someone.page.goto(f"{someone.site}/admin/analytics/funnel/?period=year")
    tiles = [someone.page.locator(f'[data-tile="{step}"] [data-value]') for step in ("viewed", "ordered", "paid")]
    steps = [int(tile.inner_text()) for tile in tiles]
    assert steps[0] > steps[1] >= steps[2] > 0


def test_a_list_is_saved_as_a_file(visitor):
    someone = visitor("analyst")
    page = someone.page
    page.goto(f"{someone.site}/admin/platform/order/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save as CSV").click()
    assert waiting.value.suggested_filename.startswith("order-")
