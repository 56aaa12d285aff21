"""What products are about: their text in Korean words, and what they weigh."""
