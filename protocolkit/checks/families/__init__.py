"""The checks, one family per file: what a family judges stands in its docstring."""
