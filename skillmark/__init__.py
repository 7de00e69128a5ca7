"""The application: settings, command line, site factory, demo. Nobody imports it."""

__version__ = "0.1.0"
