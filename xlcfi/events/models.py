"""What the event loop keeps in PostgreSQL: who has seen what, what failed, what is still to do."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Inbox(models.Model):
    """One row for each event that a group has applied, written in the transaction of its effect."""

    pk = models.CompositePrimaryKey("group", "event_id")
    group = models.CharField(max_length=64, db_column="consumer_group")
    event_id = models.CharField(max_length=100)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("applied event")
        verbose_name_plural = _("applied events")

    def __str__(self) -> str:
        return f"{self.group} {self.event_id}"


class DeadLetter(models.Model):
    """An event that could not be applied, with all that is needed to understand it and to send it through again."""

    class State(models.TextChoices):
        """What became of it."""

        NEW = "new", _("new")
        RETRIED = "retried", _("sent through again")
        DISCARDED = "discarded", _("discarded")

    class Cause(models.TextChoices):
        """Whose fault it is: wrong input and failures of our own code are limited apart."""

        INPUT = "input", _("the event is wrong")
        HANDLER = "handler", _("our code failed")

    group = models.CharField(_("group"), max_length=64, db_column="consumer_group")
    # topic-partition-offset, or file and line: the same record read twice is one dead letter.
    record_id = models.CharField(_("record"), max_length=400)
    topic = models.CharField(_("topic"), max_length=255)
    partition = models.IntegerField(_("partition"))
    offset = models.BigIntegerField(_("offset"), db_column="record_offset")
    timestamp_ms = models.BigIntegerField(_("record time"), null=True)
    key = models.BinaryField(_("key"), null=True)
    # [[name, base64 or null], …]: headers are bytes, and a name can come twice.
    headers = models.JSONField(_("headers"), default=list)
    payload = models.BinaryField(_("payload"), null=True)
    event_id = models.CharField(_("event id"), max_length=100, blank=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    reason = models.CharField(_("reason"), max_length=64)
    field = models.CharField(_("field"), max_length=255, blank=True)
    message = models.TextField(_("message"))
    trace = models.TextField(_("stack trace"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    # [{"at", "who", "what", "note"}, …]
    history = models.JSONField(_("history"), default=list)
    created_at = models.DateTimeField(_("failed at"), db_default=Now())

    class Meta:
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        constraints = [models.UniqueConstraint(fields=["group", "record_id"], name="events_deadletter_once")]
        indexes = [models.Index(fields=["group", "created_at"], name="events_deadletter_recent")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.reason}"


class FollowUp(models.Model):
    """Work that follows a commit. Rows are only added; equal ones are taken together when they are done."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(max_length=100)
    args = models.JSONField()
    # SHA-256 of job and arguments.
    dedupe_key = models.CharField(max_length=64)
    run_after = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(db_default=0)
    last_error = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["run_after", "id"], name="events_followup_due"),
            models.Index(fields=["dedupe_key"], name="events_followup_same"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.args}"


class PeriodicRun(models.Model):
    """When each periodic job is due; its row lock is what keeps two processes from running it at once."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField(db_default=Now())
    last_error = models.TextField(db_default="")

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name


class FilePosition(models.Model):
    """How far a group has read a file of events."""

    pk = models.CompositePrimaryKey("group", "path")
    group = models.CharField(max_length=64, db_column="consumer_group")
    path = models.CharField(max_length=1024)
    # SHA-256 of the first line: another file under the same name starts anew.
    first_line = models.CharField(max_length=64)
    line = models.BigIntegerField()
    byte = models.BigIntegerField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("file position")
        verbose_name_plural = _("file positions")

    def __str__(self) -> str:
        return f"{self.group} {self.path}:{self.line}"
