"""Doing: what changes the app's tables."""
