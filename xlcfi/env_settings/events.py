"""Environment variables: consumers, and how long what they remember is kept."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import Setting

EVENTS: tuple[Setting, ...] = (
    Setting(
        "CONSUMER_BATCH_SIZE",
        kind.integer(1, 10_000),
        "2000",
        "The most records that a consumer takes at once; it takes fewer where the database is slow.",
    ),
    Setting(
        "CONSUMER_MAX_POLL_SECONDS",
        kind.integer(30, 3_600),
        "300",
        "How long a batch may take before the broker gives our partitions to another consumer.",
    ),
    Setting(
        "CONSUMER_FAILURE_LIMIT",
        kind.integer(0, 1_000_000),
        "50",
        "Events that our handlers may refuse within the window before the consumer stops; 0: no limit.",
    ),
    Setting(
        "CONSUMER_UNREADABLE_LIMIT",
        kind.integer(0, 1_000_000),
        "0",
        "Unreadable events within the window before the consumer stops; 0: no limit.",
    ),
    Setting(
        "CONSUMER_FAILURE_WINDOW", kind.integer(1, 86_400), "600", "The window of the two limits above, in seconds."
    ),
    Setting(
        "REVIEW_ANALYZED_TYPE_ID",
        kind.text(),
        "",
        "Java class that review.analyzed names in a __TypeId__ header; empty: no header.",
        looks="com.example.review.ReviewAnalyzedEvent",
    ),
    Setting(
        "INBOX_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "30",
        "Days for which applied events are remembered; longer than the broker keeps them. 0: for ever.",
    ),
    Setting(
        "OUTBOX_RETENTION_DAYS", kind.integer(0, 36_500), "7", "Days for which sent messages are kept. 0: for ever."
    ),
    Setting(
        "FOLLOW_UP_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "30",
        "Days after which follow-up work that failed a thousand times is given up. 0: never.",
    ),
    Setting(
        "DEAD_LETTER_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "180",
        "Days for which settled dead letters are kept, from the day they were settled. 0: for ever.",
    ),
    Setting(
        "FILE_POSITION_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "365",
        "Days for which it is remembered how far a file was read that nobody reads any more. 0: for ever.",
    ),
    Setting(
        "BEHAVIOR_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "730",
        "Days for which single behaviours are kept; what was counted from them stays. 0: for ever.",
    ),
    Setting(
        "EXPOSURE_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "120",
        "Days for which single answers of recommendations are kept, longer than any experiment; the sums stay. "
        "0: for ever.",
    ),
    Setting(
        "EXPOSED_PEOPLE_RETENTION_DAYS",
        kind.integer(0, 36_500),
        "400",
        "Days for which it is kept what a person was recommended on a day; the sums stay. 0: for ever.",
    ),
    Setting(
        "DEAD_LETTER_SUFFIX",
        kind.topic_part(),
        ".DLT",
        "What a topic's name ends with for its dead letters; spring-kafka has -dlt from 3.3 on.",
        looks=".DLT or -dlt",
    ),
)
