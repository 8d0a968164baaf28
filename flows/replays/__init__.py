"""A past day computed again in a folder of its own, and what changed since."""
