"""The time and memory of the daily run, compared with a floor from the same run."""
