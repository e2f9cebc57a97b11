"""What a protocol means: the numbered rulings, one test or more for each."""
