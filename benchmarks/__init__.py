"""What the daily run costs, beside a floor measured in the same run."""
