"""Transcripts in, better models out: anonymize, store, curate, retrain."""
