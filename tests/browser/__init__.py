"""A real headless Chromium against a real site. Run with `make test-browser`."""
