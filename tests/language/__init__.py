"""Tests of the language: text, reader, overlays, vocabulary, schema."""
