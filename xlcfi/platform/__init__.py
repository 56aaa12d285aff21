"""The Java-owned tables, read-only."""
