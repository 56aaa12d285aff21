"""Conditions that many definitions share, written out in each entry's SQL so that it can be copied as it is."""

PAID = """EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id
              AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))"""
"""That the order `o` counts as paid."""
PLACED = "o.created_at >= CAST(:from AS date) AND o.created_at < CAST(:to AS date) + 1"
"""That the order `o` was placed on one of the days: the platform's columns hold Seoul's wall clock."""
DAYS = "day BETWEEN CAST(:from AS date) AND CAST(:to AS date)"
"""That a row of ours is of one of the days."""
