"""Proves that a change of the house leaves every published figure as it was."""
