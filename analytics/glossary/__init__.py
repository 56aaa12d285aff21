"""What every figure means, and the SQL that shows it."""
