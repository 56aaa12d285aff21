"""The Java services, when they are well and when they are not."""
