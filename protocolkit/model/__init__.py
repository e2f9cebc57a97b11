"""The model: what a protocol file says, as frozen, typed values.

Imports conditions and ground. Holds no positions (the reader's side table has them) and no
behaviour (semantics has it).
"""
