"""The rules of the repository: where things are, what they are called, what may import what."""
