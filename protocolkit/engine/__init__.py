"""Runs cases: one command at a time, decided, stepped, moved by `transitions`, stored.

Imports semantics and the store's interface; never the language.
"""
