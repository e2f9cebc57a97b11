"""Laws that must hold for every protocol and every history."""
