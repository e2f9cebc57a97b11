"""What a protocol means: compiled rules, the step, time, and the answers about a case.

A case is a pure fold over changes. Imports the model, conditions and ground; knows no file,
no store, no clock.
"""
