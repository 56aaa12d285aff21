"""Models a merchant can act on."""
