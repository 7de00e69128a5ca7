"""Badges go both ways between Skillmark and independent software."""
