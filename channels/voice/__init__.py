"""Talking aloud: Alexa, the telephone, account linking, and what all spoken channels share.

Every spoken channel takes its turns to the one `VoiceDesk` (``desk.py``), which keeps the
PIN away from everything else.
"""
