"""Figures into words: service results in, text with its facts out. No I/O, no Rasa."""
