"""A small fictional web world on this machine, for the demo and for the crawler's tests."""

from .server import Newsroom, Visit

__all__ = ["Newsroom", "Visit"]
