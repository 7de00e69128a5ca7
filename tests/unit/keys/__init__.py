"""Keys floor."""
