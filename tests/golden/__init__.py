"""Cases as earlier releases wrote them, which every later release must read the same."""
