"""The write guard: Java owns these tables, so a write through their models is a programming error and is refused.

Everything that the ORM can write with ends here: save, create, update, delete, their bulk, related and async forms,
fixtures, F-updates, deletion collectors. Raw SQL does not pass the ORM: in production the database role refuses it
(`manage.py platform_grants`), and reviews' two writable columns are writable there and here alike.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from django.db import models
from django.db.models.signals import pre_delete, pre_save

from xlcfi.platform.buckets import SeoulDaysMixin

M = TypeVar("M", bound=models.Model, covariant=True)


class PlatformWriteRefused(RuntimeError):
    """Someone tried to write to a Java-owned table through its model. Nothing was sent to the database.

    model: the model's name; action: what was tried.
    """

    def __init__(self, model: type[models.Model], action: str) -> None:
        self.model = model.__name__
        self.action = action
        writable: frozenset[str] = getattr(model, "writable_columns", frozenset())
        advice = (
            f"Only {' and '.join(sorted(writable))} may be written, by .update(...) or .sentiment_record(...)."
            if writable
            else "Call the Java service that owns it, or keep what is ours in a table of ours."
        )
        super().__init__(f"{self.model}.{action} refused: a Java service owns table {model._meta.db_table!r}. {advice}")


class PlatformQuerySet(SeoulDaysMixin[M], Generic[M]):
    """Reads only; an `update` of nothing but the model's `writable_columns` passes. Async forms end in these too."""

    def _refuse(self, action: str) -> NoReturn:
        raise PlatformWriteRefused(self.model, action)

    def create(self, **kwargs: Any) -> NoReturn:
        self._refuse("create")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_update")

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> NoReturn:
        self._refuse("get_or_create")

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any) -> NoReturn:
        self._refuse("update_or_create")

    def delete(self) -> NoReturn:
        self._refuse("delete")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def update(self, **kwargs: Any) -> int:
        """Update the model's `writable_columns`; with any other column, or none, raises PlatformWriteRefused."""
        writable: frozenset[str] = getattr(self.model, "writable_columns", frozenset())
        if not kwargs or not kwargs.keys() <= writable:
            self._refuse(f"update({', '.join(sorted(kwargs))})")
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    # What Model.save, loaddata and the deletion collector call underneath.

    def _insert(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("insert")

    def _update(self, values: Sequence[Any]) -> NoReturn:
        self._refuse("save")

    def _raw_delete(self, using: str | None) -> NoReturn:
        self._refuse("delete")


class PlatformModel(models.Model):
    """A Java-owned table: unmanaged, read-only, never a reason to delete or change anything of ours."""

    writable_columns: ClassVar[frozenset[str]] = frozenset()

    objects = PlatformQuerySet.as_manager()

    class Meta:
        abstract = True
        managed = False
        base_manager_name = "objects"  # what save() and the related managers write through
        default_permissions = ("view",)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PlatformWriteRefused(type(self), "save")

    def save_base(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PlatformWriteRefused(type(self), "save")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PlatformWriteRefused(type(self), "delete")


def _refuse_signal(sender: type[models.Model], signal: object, **kwargs: Any) -> None:
    raise PlatformWriteRefused(sender, "delete" if signal is pre_delete else "save")


def guard_install(platform_models: Iterable[type[models.Model]]) -> None:
    """Close the ways round a model's own methods: an unbound `Model.save_base(row)`, a deletion collector's cascade."""
    for model in platform_models:
        # Per sender: a receiver for all senders would take Django's fast deletes from every model of ours.
        pre_save.connect(_refuse_signal, sender=model, dispatch_uid="xlcfi.platform.guard")
        pre_delete.connect(_refuse_signal, sender=model, dispatch_uid="xlcfi.platform.guard")
