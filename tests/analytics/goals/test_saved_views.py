"""Saved views: kept, opened, shared, and never a way out of this admin."""

import pytest
from django.contrib.auth.models import User

from analytics.models import SavedView
from analytics.selectors.goals.saved_views import saved_views
from analytics.services.goals.saved_views import address_checked, view_delete, view_save, view_share
from xlcfi.errors import Forbidden, InvalidInput, NotFound

pytestmark = pytest.mark.django_db
PAGE = "/admin/analytics/targets/"
LIST = "/admin/analytics/target/"


@pytest.fixture
def hana():
    return User.objects.create_user("hana", is_staff=True)


@pytest.fixture
def minsu():
    return User.objects.create_user("minsu", is_staff=True)


def test_a_filtered_list_is_kept_with_its_filters_and_opened_again(hana):
    view = view_save(user=hana, name="  my   list ", address=f"{LIST}?status=missed&o=-2&q=%EA%B9%80", shared=False)
    assert (view.name, view.url) == ("my list", f"{LIST}?status=missed&o=-2&q=%EA%B9%80")


def test_the_same_name_again_keeps_the_new_address_only(hana, minsu):
    first = view_save(user=hana, name="v", address=PAGE, shared=False)
    again = view_save(user=hana, name="v", address=f"{LIST}?o=1", shared=True)
    others = view_save(user=minsu, name="v", address=PAGE, shared=False)
    assert (again.pk, again.url, again.shared) == (first.pk, f"{LIST}?o=1", True)
    assert others.pk != first.pk


def test_one_sees_ones_own_and_what_others_share(hana, minsu):
    view_save(user=hana, name="b", address=PAGE, shared=False)
    view_save(user=hana, name="A", address=PAGE, shared=False)
    view_save(user=minsu, name="secret", address=PAGE, shared=False)
    view_save(user=minsu, name="common", address=PAGE, shared=True)
    assert [view.name for view in saved_views(user=hana)] == ["A", "b", "common"]


def test_only_the_owner_shares_and_deletes(hana, minsu):
    view = view_save(user=hana, name="v", address=PAGE, shared=True)
    for act in (
        lambda: view_share(user=minsu, view_id=view.pk, shared=False),
        lambda: view_delete(user=minsu, view_id=view.pk),
    ):
        with pytest.raises(Forbidden):
            act()
    view_share(user=hana, view_id=view.pk, shared=False)
    view_delete(user=hana, view_id=view.pk)
    with pytest.raises(NotFound):
        view_delete(user=hana, view_id=view.pk)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/admin/",
        "//evil.example/admin/",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "///evil.example",
        "/admin//evil.example/",
        "/admin/../v1/schema",
        "/admin/%2e%2e/v1/schema",
        "javascript:alert(1)",
        "http:/admin/",
        "admin/analytics/targets/",
        "",
        "/",
        "/v1/schema",
        "/health",
        "/admin/logout/",
        "/admin/login/?next=//evil.example",
        "/admin/language/",
        "/admin/jsi18n/",
        "/admin/autocomplete/",
        "/admin/password_change/",
        "/admin/r/1/1/",
        "/admin/analytics/target/export/",
        "/admin/analytics/target/add/",
        "/admin/analytics/target/1/delete/",
        "/admin/no/such/page",
        f"{LIST}?next=//evil.example",
        f"{LIST}?NEXT=//evil.example",
        f"{LIST}?_popup=1",
        f"{LIST}\r\nSet-Cookie: a=b",
        f"{LIST}?a=\x00",
        f"{LIST}?q={'a' * 2_000}",
        "https://[evil",
    ],
)
def test_what_is_no_page_of_this_admin_is_refused(hana, address):
    with pytest.raises(InvalidInput) as refused:
        view_save(user=hana, name="v", address=address, shared=True)
    assert list(refused.value.details["fields"]) == ["address"]
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "\x00", "n" * 101])
def test_a_view_needs_a_name(hana, name):
    with pytest.raises(InvalidInput) as refused:
        view_save(user=hana, name=name, address=PAGE, shared=False)
    assert list(refused.value.details["fields"]) == ["name"]


def test_saving_a_page_leaves_out_its_download():
    assert address_checked(f"{PAGE}?export=csv&period=week") == (PAGE, "period=week")
