"""What product pictures show."""
