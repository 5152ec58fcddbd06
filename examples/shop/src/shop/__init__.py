"""A small shop: a cart, prices, stock and a checkout. Amounts of money are whole cents."""
