"""A month of an office that does not exist, played through the real rules: what becomes of the clocks, and who is told."""
