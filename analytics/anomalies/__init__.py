"""Finding days and hours that break the pattern. Pure: no database, no clock, no library."""
