"""Forgetting a person: what their reviews say of products stays, under a pseudonym."""

from xlcfi.events.erasing import person_rename


def person_erase(*, user_id: int, pseudonym: int) -> dict[str, int]:
    """Erase `user_id` from the app's tables. Returns rows changed by table. Belongs into a transaction."""
    return person_rename(app="ml", user_id=user_id, pseudonym=pseudonym)
