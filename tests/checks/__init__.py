"""Checks: every code with cases, the laws of the graph checks, how findings are shown."""
