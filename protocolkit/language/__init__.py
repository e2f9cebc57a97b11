"""The language: YAML text -> positioned tree -> model, with every fault at its place.

Owns every YAML key. Imports the model, conditions and ground; nothing below knows of it.
"""
