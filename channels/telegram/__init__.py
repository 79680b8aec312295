"""Telegram: the same conversation in a chat with a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels.contract import House
    from channels.telegram.channel import TelegramChannel


def telegram_channel(house: House) -> TelegramChannel | None:
    """The channel, or None when no bot token is set; its library takes 20 MB, loaded with one."""
    token = house.settings.telegram_token
    if token is None:
        return None
    from channels.telegram.channel import TelegramChannel  # noqa: PLC0415

    return TelegramChannel(house, token.get_secret_value())
