"""Sales by time and by what was sold, by whom and to where: read from the rollups only."""
