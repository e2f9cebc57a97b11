"""Cases that began under one text of a protocol go on under another, by a plan."""
