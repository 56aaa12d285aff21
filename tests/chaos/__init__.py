"""Consumers under steady input, killed and cut off again and again; at the end an oracle says what should be there.

`python -m tests.chaos` runs the long form, test_chaos.py the short one; docs/reliability.md says what it proves.
"""
