"""May this be done? Every reason at once: who, what it needs, sign-offs, exceptions, closing."""
