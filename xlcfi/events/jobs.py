"""Which of the loop's own rows are let go of when they are old."""

from django.conf import settings

from xlcfi.events.prune_steps import PruneStep, prune_step

# So often tried in vain, which takes days: a job of an app that was taken out, or arguments that can't be served. Below
# that, or where it says itself that something is away, it merely waits, however old it is.
HOPELESS_ATTEMPTS = 1_000

# Longer than the broker keeps events. A redelivered event that the inbox knows costs one index look-up; one that it has
# forgotten is applied anew, and changes nothing either, because what it claims (an order, a refund, a behaviour) is
# claimed already. So the inbox may forget; it saves work, and what no claim guards.
INBOX = prune_step(
    PruneStep(
        name="inbox",
        table="events_inbox",
        age="received_at",
        retention="INBOX_RETENTION_DAYS",
        kept=lambda: settings.INBOX_RETENTION_DAYS,
    )
)
# Only what was sent has a time of sending: what waits for the broker is never touched, however long that takes.
OUTBOX = prune_step(
    PruneStep(
        name="outbox",
        table="events_outbox",
        age="sent_at",
        retention="OUTBOX_RETENTION_DAYS",
        kept=lambda: settings.OUTBOX_RETENTION_DAYS,
        indexed=True,
    )
)
QUEUE = prune_step(
    PruneStep(
        name="queue",
        table="events_followup",
        age="created_at",
        where=f"attempts >= {HOPELESS_ATTEMPTS} AND left(last_error, 10) <> 'RetryLater'",
        retention="FOLLOW_UP_RETENTION_DAYS",
        kept=lambda: settings.FOLLOW_UP_RETENTION_DAYS,
    )
)
# Counted from the day on which somebody settled it, not from the failure. What nobody has settled stays for ever.
DEAD_LETTERS = prune_step(
    PruneStep(
        name="dead-letters",
        table="events_deadletter",
        age="(history -> -1 ->> 'at')::timestamptz",
        where="state <> 'new'",
        retention="DEAD_LETTER_RETENTION_DAYS",
        kept=lambda: settings.DEAD_LETTER_RETENTION_DAYS,
    )
)
# A file under a reader's eyes is written down with every batch. One that is read again after this begins at its first
# line: the inbox and the claims pass over what was applied.
FILE_POSITIONS = prune_step(
    PruneStep(
        name="file-positions",
        table="events_fileposition",
        age="updated_at",
        retention="FILE_POSITION_RETENTION_DAYS",
        kept=lambda: settings.FILE_POSITION_RETENTION_DAYS,
    )
)
