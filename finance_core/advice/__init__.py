"""Advice: pure functions from figures to what a person may do, each with its reason."""
