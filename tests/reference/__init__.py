"""The plain reference step: what a protocol means, written a second time and slowly.

It takes the model and the arithmetic of limits; the tests compare the engine with it.
"""
