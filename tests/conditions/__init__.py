"""Conditions: reading, judging, evaluating, cutting into cases."""
