"""What a movement means: who it was with, what it was for, and whether it repeats."""

from finance_core.enrich.pipeline import enrich

__all__ = ["enrich"]
