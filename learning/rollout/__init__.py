"""A new model for a few people first: who gets it, how it does, when it goes on or back."""
