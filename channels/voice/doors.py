"""The spoken channels there are: those that the settings ask for."""

from __future__ import annotations

from channels.contract import Channel, House
from channels.voice.alexa import AlexaChannel


def spoken_channels(house: House) -> list[Channel]:
    """The channels of this folder that are set up."""
    found = (AlexaChannel.configured(house),)
    return [channel for channel in found if channel]
