"""Measures a ranking on files: what is split, what is compared, and how sure one can be. No database."""
