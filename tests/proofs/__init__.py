"""What `verify` says, against brute force and against the engine."""
