"""What reading costs, beside plainer ways: ``make bench-nlp``."""
