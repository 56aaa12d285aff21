"""Letting go of the files of old versions. What is known of a version stays for ever; its file takes room."""

from django.conf import settings
from django.db import transaction

from xlcfi.artifacts.models import ModelVersion
from xlcfi.artifacts.storage import parts_remove
from xlcfi.clock import now


def old_versions_strip(*, name: str) -> int:
    """Of `name`, keeps the files of the newest MODEL_FILES_KEPT retired versions and as many kept aside.

    Returns how many files it removed. The one that serves is not touched.
    """
    removed = 0
    for state in (ModelVersion.State.RETIRED, ModelVersion.State.CANDIDATE):
        with transaction.atomic():
            # Locked: one of them may be chosen to serve at this moment.
            rows = ModelVersion.objects.select_for_update().filter(name=name, state=state, file_removed_at=None)
            for row in rows.order_by("-version")[settings.MODEL_FILES_KEPT :]:
                parts_remove(version_id=row.pk)
                row.file_removed_at = now()
                row.save(update_fields=["file_removed_at"])
                removed += 1
    return removed


def old_files_strip() -> int:
    """`old_versions_strip` for every name."""
    names = ModelVersion.objects.filter(file_removed_at=None).values_list("name", flat=True).distinct()
    return sum(old_versions_strip(name=name) for name in sorted(names))
