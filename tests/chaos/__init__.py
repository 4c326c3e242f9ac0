"""A house under random faults, at length; a command, not a test: ``make chaos``."""
