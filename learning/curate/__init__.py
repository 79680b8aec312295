"""Transcripts into a short list of sentences that are worth a person's label.

Every step is a pure function over a batch of turns; one process and Spark call the same ones.
"""
