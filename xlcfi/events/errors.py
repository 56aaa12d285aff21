"""What can go wrong with an event, named by what happens next."""


class ConsumeError(Exception):
    """Something kept a batch of events from being applied."""


class RetryLater(ConsumeError):
    """Something needed is away for now. Keep the offset, wait, try again."""


class InvalidEvent(ConsumeError):
    """This event can never be applied. Dead-letter it and go on.

    code: a short fixed word that dead letters are filtered by (`not_json`, `missing`, `impossible`, …).
    field: the payload's field that is at fault, or "" for the payload as a whole.
    """

    def __init__(self, message: str, *, code: str = "invalid", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
        # Filled in by whoever knows it, for the dead letter.
        self.event_id = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class ConsumerStopped(ConsumeError):
    """Our own handlers fail too often: stop, so that a bad release does not drain the topic into the dead letters."""
