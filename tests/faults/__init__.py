"""What is left when a process, a disk, a machine or a server fails in the middle of work."""
