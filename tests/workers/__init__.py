"""Workers: what they do, what they say, and what happens when they die."""
