"""How the business runs, by part."""
