"""Trained models: what can be trained and evaluated, their versions, and which of them serves. See docs/models.md."""
