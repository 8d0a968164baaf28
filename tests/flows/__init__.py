"""The order of the day: settings, workspace, publishing, the chain of runs, the command line."""
