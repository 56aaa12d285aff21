"""Sums of how the business runs, kept from the platform's tables."""
