"""From ranked products to a list: what may be shown, what analysts want, how much alike the products may be."""
