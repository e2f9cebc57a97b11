"""What follows when something is done or comes due: each part of a step builds on the one before.

From the bottom: recorder, ladders, pausing, owing (what is open), openings, closures, step.
"""
