"""The rules of the house: where things stand, what they are called, what may import what."""
