"""The site through Flask's test client: real ledger, real verifier, no network."""
