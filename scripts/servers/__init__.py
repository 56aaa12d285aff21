"""How to start a PostgreSQL, a Redis and a Kafka of our own on loopback ports."""
