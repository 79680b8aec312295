"""The spoken channels there are: those that the settings ask for, and what belongs to all."""

from __future__ import annotations

from channels.contract import Channel, House
from channels.voice.account import VoiceAccount
from channels.voice.alexa import AlexaChannel
from channels.voice.linking import LinkingChannel
from channels.voice.twilio import TwilioChannel


def spoken_channels(house: House) -> list[Channel]:
    """The channels of this folder that are set up."""
    found = (
        VoiceAccount(house),
        LinkingChannel(house),
        AlexaChannel.configured(house),
        TwilioChannel.configured(house),
    )
    return [channel for channel in found if channel]
