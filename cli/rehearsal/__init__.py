"""A week of simulated people, from what they say to a new model: ``penny learn rehearse``."""
