"""The wallet's face: claim a badge, keep it, show it."""

from wallet.web.blueprint import create_wallet_blueprint

__all__ = ["create_wallet_blueprint"]
