"""What `make` calls: setting up, the demo, the services that development and tests need."""
