"""Somebody of each group, for the tests."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

PASSWORD = "a long enough password"


def member_of(group, name=None):
    """A person who may enter the admin, in the group."""
    user = get_user_model().objects.create_user(name or f"one-{group}", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user
