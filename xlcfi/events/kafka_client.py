"""The client library's consumer, with what it gets wrong put right."""

import logging
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from xlcfi.events.errors import RetryLater


def _topic_there(entry: logging.LogRecord) -> bool:
    # An error to the client, every time it looks. To us a topic that nobody writes to is no news: `--status` names it.
    return not str(entry.msg).startswith("Topic %s not found")


logging.getLogger("kafka.cluster").addFilter(_topic_there)


def consumer_connected(**configured: Any) -> KafkaConsumer:
    """A consumer, configured so, that has reached a broker. Raises RetryLater."""
    consumer = KafkaConsumer.__new__(KafkaConsumer)
    try:
        consumer.__init__(**configured)
    except KafkaError as error:
        # Its thread is running by now and would look for the broker for ever: one more with each try.
        client = getattr(consumer, "_client", None)
        if client is not None:
            client.close()
        raise RetryLater(f"Kafka: {error}") from error
    return consumer
