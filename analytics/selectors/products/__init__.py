"""What products sold, earned, cost and were liked for: read from the rollups, and by key from the platform's tables."""
