"""Who may do what: the three groups, on every page that there is."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from tests.console.people import member_of
from xlcfi.console.pages import pages
from xlcfi.console.rights import GROUPS, after_migrate, rights_grant

pytestmark = pytest.mark.django_db


def rights(group):
    return {
        f"{app}.{name}"
        for app, name in Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
    }


def addresses():
    """Every list of the admin with its model, every page that needs no parameters."""
    for model in admin.site._registry:
        options = model._meta
        yield (
            f"{options.app_label}.view_{options.model_name}",
            reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
        )
    for page in pages():
        if "<" not in page.path and page.name != "home":
            yield page.permission, reverse(f"admin:{page.name}")


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_sees_the_pages_that_it_may_see_and_no_other(market, client, group):
    market.order()
    someone = member_of(group)
    client.force_login(someone)
    opened = set()
    for permission, address in addresses():
        answer = client.get(address)
        may = not permission or someone.has_perm(permission)
        assert answer.status_code == (200 if may else 403), (address, permission)
        opened |= {address} if may else set()
    assert client.get(reverse("admin:index")).status_code == 200
    assert len(opened) > 10


def test_an_analyst_sees_every_figure_and_touches_no_event(db):
    has = rights("analyst")
    assert {"console.see_personal_data", "console.export_lists", "analytics.view_ledgerentry"} <= has
    wanted = {
        f"{model._meta.app_label}.view_{model._meta.model_name}"
        for app in ("platform", "analytics", "ml", "recommendations")
        for model in apps.get_app_config(app).get_models()
    }
    assert wanted <= has
    assert {one for one in has if one.startswith(("events.", "auth.", "admin."))} == {"events.view_periodicrun"}
    assert not {one for one in has if one.startswith("platform.") and not one.startswith("platform.view_")}


def test_an_operator_handles_dead_letters_and_sees_no_names(db):
    has = rights("operator")
    assert {"events.view_deadletter", "events.retry_deadletter", "events.discard_deadletter"} <= has
    assert not has & {
        "console.see_personal_data",
        "platform.view_user",
        "platform.view_review",
        "platform.view_balancehistory",
        "analytics.view_userprofile",
        "analytics.view_userbehavior",
    }
    assert not {one for one in has if one.startswith(("events.change", "events.delete", "auth."))}


def test_a_data_admin_has_all_of_ours_and_the_accounts(db):
    has = rights("data_admin")
    assert rights("analyst") | rights("operator") <= has
    assert {"auth.add_user", "auth.change_user", "admin.view_logentry"} <= has
    assert not {one for one in has if one.startswith("platform.") and not one.startswith("platform.view_")}


def test_rights_are_set_to_what_is_written_however_often(db):
    before = {name: rights(name) for name in GROUPS}
    analysts = Group.objects.get(name="analyst")
    analysts.permissions.clear()
    analysts.permissions.add(Permission.objects.get(codename="delete_user", content_type__app_label="auth"))
    Group.objects.get(name="operator").delete()
    other = Group.objects.create(name="ours")
    other.permissions.add(Permission.objects.first())
    for config in apps.get_app_configs():
        after_migrate(config)
    rights_grant()
    assert {name: rights(name) for name in GROUPS} == before
    assert other.permissions.count() == 1


# --- Accounts


def test_only_a_superuser_handles_superusers_and_groups(client, admin_user):
    someone = member_of("data_admin")
    client.force_login(someone)
    mine = User.objects.create_user("plain", password="a long enough password")
    assert client.get(f"/admin/auth/user/{mine.pk}/change/").status_code == 200
    form = {"username": "plain", "is_superuser": "on", "user_permissions": [Permission.objects.first().pk]}
    dates = {"date_joined_0": "2025-01-01", "date_joined_1": "00:00:00"}
    client.post(f"/admin/auth/user/{mine.pk}/change/", {**form, **dates, "is_active": "on", "is_staff": "on"})
    mine.refresh_from_db()
    assert mine.is_staff
    assert not mine.is_superuser
    assert not mine.user_permissions.exists()
    assert client.post(f"/admin/auth/user/{admin_user.pk}/change/", form).status_code == 403
    assert client.post(f"/admin/auth/user/{admin_user.pk}/password/", {}).status_code == 403
    assert client.post(f"/admin/auth/user/{admin_user.pk}/delete/", {"post": "yes"}).status_code == 403
    group = Group.objects.get(name="analyst")
    assert client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "x"}).status_code == 403
    assert client.get("/admin/auth/group/add/").status_code == 403


def test_an_analyst_saves_lists_and_an_account_without_that_right_does_not(market, client):
    market.order()
    client.force_login(member_of("analyst"))
    address = reverse("admin:platform_order_export")
    assert "Save as CSV" in client.get("/admin/platform/order/").content.decode()
    assert client.get(address).status_code == 200
    viewer = User.objects.create_user("viewer", password="a long enough password", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_order", content_type__app_label="platform"))
    client.force_login(viewer)
    assert "Save as CSV" not in client.get("/admin/platform/order/").content.decode()
    assert client.get(address).status_code == 403


def test_the_sidebar_leads_nobody_to_what_they_may_not_see(market, client):
    market.order()
    for group in GROUPS:
        client.force_login(member_of(group))
        body = client.get("/admin/").content.decode()
        sidebar = body.split('id="nav-sidebar-apps"')[1].split("</form>")[0]
        for permission, address in addresses():
            if f'href="{address}"' in sidebar:
                assert permission in rights(group) | {""}, (group, address)
