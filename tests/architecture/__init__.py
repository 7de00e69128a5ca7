"""The structure of the code holds."""
