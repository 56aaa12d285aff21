"""Journeys from a first view to a delivered order, and the funnel that counts them."""
