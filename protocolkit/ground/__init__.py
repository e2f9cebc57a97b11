"""The ground every other part stands on: records, findings, errors, time.

Imports nothing of the project. Whatever is needed by two parts that may not know
each other (a place in a file, a finding, an instant's arithmetic) lives here.
"""
