"""PostgreSQL, Redis and Kafka on loopback ports, for development, tests and benchmarks: `make services`."""
