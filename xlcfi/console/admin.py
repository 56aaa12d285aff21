"""Accounts, groups and the log of what was done, in the console's look."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from xlcfi.console.admin_base import ReadOnlyAdmin, related
from xlcfi.console.rights import GROUPS

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Accounts of this admin; not the platform's members. Only a superuser handles superusers."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "groups_text", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    list_select_related = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def groups_text(self, account: User) -> str:
        """The groups it is in."""
        return ", ".join(sorted(group.name for group in account.groups.all())) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if request.user.is_superuser:
            return super().get_readonly_fields(request, obj)
        # Nobody gives a right away that they may not have themselves.
        return ("is_superuser", "user_permissions", "last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    @staticmethod
    def _may_touch(request: HttpRequest, account: User | None) -> bool:
        return bool(request.user.is_superuser or account is None or not account.is_superuser)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Groups. The three of the project are set by every migrate: nobody changes them here."""

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A group can hold any right: only who has them all makes one.
        return bool(request.user.is_superuser) and super().has_add_permission(request)

    @staticmethod
    def _may_touch(request: HttpRequest, group: Group | None) -> bool:
        return bool(request.user.is_superuser) and (group is None or group.name not in GROUPS)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who did or saved what."""

    list_display = ("action_time", related("user"), "content_type_text", "object_repr", "what")
    list_filter = ("action_time", "user")
    search_fields = ("object_repr", "change_message")
    list_display_links = ("action_time",)
    fields = ("action_time", "user", "content_type_text", "object_id", "object_repr", "what")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("content_type", "user")

    @admin.display(description=_("table"))
    def content_type_text(self, entry: LogEntry) -> str:
        """The table of what it was about."""
        return str(entry.content_type.name) if entry.content_type is not None else "–"

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        """What was done."""
        return entry.get_change_message() or entry.get_action_flag_display()
