"""Other engines, each doing the same work in a process of its own.

They import nothing of the project, so that they can run in an environment of their own.
"""
