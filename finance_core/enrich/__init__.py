"""What a movement means: who it was with, what it was for, and whether it repeats."""
