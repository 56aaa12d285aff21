"""Whose fault it is that a message did not arrive, and when to try it again."""

import random
from enum import Enum, auto

from kafka import errors as kafka_errors

# What the broker refuses is tried again ever more rarely.
FIRST_REFUSAL_WAIT, LONGEST_REFUSAL_WAIT = 10.0, 600.0
FIRST_TOPIC_WAIT, LONGEST_TOPIC_WAIT = 5.0, 60.0


class Fate(Enum):
    """What an error means for the message it befell."""

    PASSING = auto()  # the broker, or the partition's leader, is away for now
    PRODUCER = auto()  # our producer is of no more use, or may not send at all
    TOPIC = auto()  # nothing of this topic can be sent for now
    MESSAGE = auto()  # this message is at fault


_PRODUCER_ERRORS = (
    kafka_errors.OutOfOrderSequenceNumberError,
    kafka_errors.UnknownProducerIdError,
    kafka_errors.InvalidProducerEpochError,
    kafka_errors.InvalidProducerIdMappingError,
    kafka_errors.InvalidTxnStateError,
    kafka_errors.ProducerFencedError,
    kafka_errors.TransactionAbortedError,
    kafka_errors.IllegalStateError,
    kafka_errors.KafkaProtocolError,
    kafka_errors.ClusterAuthorizationFailedError,
    kafka_errors.SaslAuthenticationFailedError,
)
_TOPIC_ERRORS = (
    kafka_errors.UnknownTopicOrPartitionError,
    kafka_errors.InvalidTopicError,
    kafka_errors.TopicAuthorizationFailedError,
    kafka_errors.PolicyViolationError,
)


def topic_wait(attempt: int) -> float:
    """Seconds before a refused topic is tried for the time number `attempt` (1, 2, …) again."""
    return min(FIRST_TOPIC_WAIT * 2.0 ** min(attempt - 1, 20), LONGEST_TOPIC_WAIT)


def refusal_wait(attempts: int) -> float:
    """Seconds before a message that was refused `attempts` times before is tried again."""
    # Spread, so that not all that one release got wrong comes back at once.
    return min(FIRST_REFUSAL_WAIT * 2.0 ** min(attempts, 20), LONGEST_REFUSAL_WAIT) * random.uniform(0.5, 1.0)


def fate_of(error: Exception | None) -> Fate | None:
    """What `error` means; None for none."""
    if error is None:
        return None
    if isinstance(error, _TOPIC_ERRORS):
        return Fate.TOPIC
    if isinstance(error, _PRODUCER_ERRORS):
        return Fate.PRODUCER
    return Fate.PASSING if getattr(error, "retriable", False) else Fate.MESSAGE


def told(error: Exception) -> str:
    """`error` for people: its name and what it says."""
    text = str(error)
    name = type(error).__name__
    return text if text.startswith(name) else f"{name}: {text}"
