"""Reading buyers' figures."""
