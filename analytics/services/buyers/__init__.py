"""Keeping buyers' figures."""
