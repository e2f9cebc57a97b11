"""Cases that go on under another text."""
