"""What a product's demand does when its price changes, and which price earns most. Plain arithmetic, no database."""
