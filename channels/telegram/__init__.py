"""Telegram: the same conversation in a chat with a bot."""

from channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
