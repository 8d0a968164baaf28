"""The report as its readers meet it."""
