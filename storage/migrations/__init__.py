"""Alembic migrations; shipped with the package, run by `storage.schema`."""
