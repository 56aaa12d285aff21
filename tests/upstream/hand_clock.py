"""A clock of seconds that stands still until it is moved."""


class HandClock:
    """Call it for the time, `advance` it by seconds. `sleep` advances it too and remembers how long."""

    def __init__(self):
        self.now = 5000.0
        self.slept = []

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
