"""Understands: reads each post and publishes what was read in it."""
