"""Tests of the figures: their data, their DOT text, the pictures."""
