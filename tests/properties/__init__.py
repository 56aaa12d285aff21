"""Whatever the order in which events come, however often and in whatever words, what they leave behind is the same."""
