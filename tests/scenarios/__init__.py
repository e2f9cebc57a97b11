"""Scenario files: reading them, acting them out, saying what differs."""
