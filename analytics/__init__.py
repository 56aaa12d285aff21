"""Figures from orders, payments and behaviour."""
