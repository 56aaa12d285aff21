"""Clients of the Java services: a total time limit, retry, breaker and bulkhead, and an answer when all of it fails."""
