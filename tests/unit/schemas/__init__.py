"""The words of the standards, strict reading, contexts and schemas."""
