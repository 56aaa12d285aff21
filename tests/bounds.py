"""What tells an answer that came from one that waited for something that never answers.

No measure of speed: machines are noisy, and what is promised in seconds is measured by the benchmarks. Whatever hangs
in the tests hangs for thirty seconds or for ever.
"""

NO_HANG = 12.0  # seconds
