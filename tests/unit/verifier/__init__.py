"""Tests of the verifier, one module each."""
