"""Hostile inputs: what a careless or bad person may hand to `check`, made by families."""
