"""Personal data in the admin: who may see it, and what others see instead."""

from typing import Any

from django.http import HttpRequest

MAY_SEE = "console.see_personal_data"


def sees_personal(request: HttpRequest) -> bool:
    """Whether this person may see names and addresses of members."""
    return bool(request.user.has_perm(MAY_SEE))


def masked(value: Any) -> str:
    """`kim.hana@example.com` as `k•••@e•••`, `김하나` as `김•••`; nothing stays nothing."""
    text = str(value or "")
    if not text:
        return ""
    name, at, place = text.partition("@")
    return f"{name[:1]}•••" + (f"@{place[:1]}•••" if at else "")
