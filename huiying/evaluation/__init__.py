"""How well the product reads: one module a judgement, each against a baseline, on a folder of labelled text."""
