"""Who comes back: the chance that a buyer has no paid order in the next 90 days. Plain arithmetic, no database."""
