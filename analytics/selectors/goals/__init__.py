"""Reading what people watch: anomalies, targets, saved views."""
