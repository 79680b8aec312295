"""Rasa's custom actions: one turn in, one service call, one reply out."""
