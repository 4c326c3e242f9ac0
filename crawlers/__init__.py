"""Hears: crawls the catalogue, takes in exports, and publishes posts."""
