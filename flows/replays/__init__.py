"""A past day calculated again in a separate folder, and what changed since."""
