"""The measuring itself: what it works out, and that it runs."""
