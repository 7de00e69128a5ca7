"""The measures that the tests use are tested too."""
