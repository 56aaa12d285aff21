"""The tooling: what make calls."""
