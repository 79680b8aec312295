"""Transcripts of people who agreed: anonymized, then kept in the object store."""
