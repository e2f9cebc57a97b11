"""The tests, one folder for each part; see README.md."""
