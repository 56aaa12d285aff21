"""Doing what keeps it: finding anomalies, evaluating targets, saving views."""
