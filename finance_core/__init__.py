"""Accounts, predictions and advice. Knows no web framework and no Rasa."""
