"""Reading reviews: pure calculation on texts."""
