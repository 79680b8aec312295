"""Personal data out of transcripts, before anything is stored."""

from learning.anonymize.pipeline import (
    Anonymizer,
    Conversation,
    Masked,
    anonymize,
)
from learning.anonymize.records import anonymize_records
from learning.anonymize.spans import Span

__all__ = ["Anonymizer", "Conversation", "Masked", "Span", "anonymize", "anonymize_records"]
