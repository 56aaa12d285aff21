"""Django's PostgreSQL backend, but it does not ask before each request whether the database is still there."""
