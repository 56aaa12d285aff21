"""Times between two steps, as people say them."""

from django.utils.translation import gettext as _

from xlcfi.console.formats import NOTHING


def duration(seconds: float | None) -> str:
    """A time in the two largest units that say something; a dash for none."""
    if seconds is None:
        return NOTHING
    whole = round(seconds)
    if whole < 60:
        return _("%(count)s s") % {"count": whole}
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(hours, 24)
    return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
