"""The pages of the documentation say what is so."""
