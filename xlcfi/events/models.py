"""What the event loop keeps in PostgreSQL: who has seen what, what failed, what is still to do."""

from django.db import models
from django.db.models.functions import MD5, Now
from django.utils.translation import gettext_lazy as _

from xlcfi.events.erased_people import ErasedPerson as ErasedPerson


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
        indexes = [
            models.Index(fields=["group", "created_at"], name="events_deadletter_recent"),
            # For the admin's way through years, months and days.
            models.Index(fields=["created_at"], name="events_deadletter_day"),
            # The few that nobody has settled.
            models.Index(fields=["id"], condition=models.Q(state="new"), name="events_deadletter_waiting"),
        ]
        # The admin shows only. To send through again and to give up are rights of their own, beside that of viewing.
        permissions = [
            ("retry_deadletter", "Can send dead letters through again"),
            ("discard_deadletter", "Can discard dead letters"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.reason}"


class FollowUp(models.Model):
    """Work that follows a commit. Rows are only added; equal ones are taken together when they are done."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(_("job"), max_length=100)
    args = models.JSONField(_("arguments"))
    # SHA-256 of job and arguments.
    dedupe_key = models.CharField(max_length=64)
    run_after = models.DateTimeField(_("due"), db_default=Now())
    attempts = models.IntegerField(_("attempts"), db_default=0)
    last_error = models.TextField(_("last error"), db_default="")
    created_at = models.DateTimeField(_("asked for at"), db_default=Now())

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

    name = models.CharField(_("job"), max_length=100, primary_key=True)
    next_at = models.DateTimeField(_("due"), db_default=Now())
    last_error = models.TextField(_("last error"), db_default="")

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


class Outbox(models.Model):
    """A message that we publish, written in the transaction that makes it true and sent by the relay afterwards."""

    id = models.BigAutoField(primary_key=True)
    # Names the message for ever: asking twice for the same is asking once.
    event_id = models.CharField(_("event id"), max_length=100, unique=True)
    topic = models.CharField(_("topic"), max_length=249)
    # The partition that is asked for; none: the producer chooses by the key.
    partition = models.IntegerField(_("partition"), null=True)
    key = models.BinaryField(_("key"), null=True)
    value = models.BinaryField(_("payload"), null=True)
    # [[name, base64 or null], …] as in DeadLetter.
    headers = models.JSONField(_("headers"), db_default=[])
    created_at = models.DateTimeField(_("written at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True)
    attempts = models.IntegerField(_("attempts"), db_default=0)
    last_error = models.TextField(_("last error"), db_default="")
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())

    class Meta:
        verbose_name = _("message to send")
        verbose_name_plural = _("messages to send")
        indexes = [
            # What waits, topic by topic, oldest first: a topic that refuses its messages hides nobody else's, and
            # rows that are sent are not in it.
            models.Index(fields=["topic", "id"], condition=models.Q(sent_at=None), name="events_outbox_waiting"),
            # The few that were refused: what has the same key waits behind them.
            # By a digest, as a key can be larger than an index's entry.
            models.Index(
                "topic",
                MD5("key"),
                "id",
                condition=models.Q(sent_at=None, attempts__gt=0),
                name="events_outbox_refused",
            ),
            # For pruning.
            models.Index(fields=["sent_at"], condition=models.Q(sent_at__isnull=False), name="events_outbox_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.topic}"


class PruneRun(models.Model):
    """How far a step of `manage.py prune` has let go of old rows. Written before the first of them goes."""

    name = models.CharField(_("step"), max_length=64, primary_key=True)
    # Rows from before this moment may be gone; those from then on are all there. It never moves back.
    before = models.DateTimeField(_("rows from before"))
    ran_at = models.DateTimeField(_("last run"), db_default=Now())
    removed = models.BigIntegerField(_("rows removed so far"), db_default=0)

    class Meta:
        verbose_name = _("removal of old rows")
        verbose_name_plural = _("removals of old rows")

    def __str__(self) -> str:
        return f"{self.name} before {self.before}"
