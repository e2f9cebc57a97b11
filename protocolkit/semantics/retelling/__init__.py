"""Putting right: the story is told again without the error, and what differs is changed now."""
