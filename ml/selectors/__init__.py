"""Reading: queries that change nothing."""
