"""Users who want no lists made for them."""

import logging

from recommendations.models import PersonalisationChoice
from recommendations.selectors import choices
from recommendations.services.lists import lists_forget
from xlcfi.cache.redis import RedisAway

logger = logging.getLogger(__name__)


def choice_make(*, user_id: int, personalised: bool, changed_by: str) -> PersonalisationChoice:
    """Keep what `user_id` wants, and drop the list that was made for them. Asked for twice it is the same."""
    choice, _ = PersonalisationChoice.objects.update_or_create(
        user_id=user_id, defaults={"personalised": personalised, "changed_by": changed_by}
    )
    choices.choices_forget()
    try:
        lists_forget(user_ids=[user_id])
    except RedisAway as away:
        # It is served to nobody: every answer asks for the choice first. Redis lets it go within the hour.
        logger.warning("the list of a user who changed their choice is still in Redis: %s", away)
    return choice
