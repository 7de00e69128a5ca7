"""Stand-ins for the world outside: never for our own code."""
