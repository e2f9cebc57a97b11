"""What every store does, asked of each of them."""
