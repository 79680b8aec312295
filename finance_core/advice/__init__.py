"""Advice: pure functions from figures to what a person may do, each with its reason."""

from finance_core.advice.affordability import Affordability, Verdict, affordability
from finance_core.advice.safe_to_spend import Deduction, SafeToSpend, safe_to_spend
from finance_core.advice.sweep import friendly_step, propose_sweep

__all__ = [
    "Affordability",
    "Deduction",
    "SafeToSpend",
    "Verdict",
    "affordability",
    "friendly_step",
    "propose_sweep",
    "safe_to_spend",
]
