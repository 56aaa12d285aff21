"""What was recommended, what followed from it, and what may be concluded."""
