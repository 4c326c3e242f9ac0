"""Decides: stories, severity, routing, clocks, and who is told when."""
