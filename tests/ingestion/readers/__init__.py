"""Formats read into records with their physical lines."""
