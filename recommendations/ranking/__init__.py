"""Ranks products for people from who did what when: components, features and a learned blend. No database."""
