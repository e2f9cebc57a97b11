"""Where cases are kept: events, due instants, notices, idempotency keys.

One interface (`base.Store`), one file per backend. Imports the event form; knows no rule.
"""
