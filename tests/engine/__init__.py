"""The engine: commands over stores, laws of time and replay, answers."""
