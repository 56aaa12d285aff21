"""What the models say, over HTTP."""
