"""Floor 4: the worker's wallet. It keeps what a person earned, here or elsewhere, and shows it when they want to."""

__all__: list[str] = []
