"""Sales over HTTP and below it, against figures worked out without them."""
