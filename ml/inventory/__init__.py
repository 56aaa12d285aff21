"""When and how much to order, and what will expire: plain arithmetic, without a database."""
