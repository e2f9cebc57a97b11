"""What is special about one backend."""
