"""The generated files of the repository: which they are, and how to write them again.

`python -m flows.generated`, which is `make generated`, writes them. Nothing of it runs in a day.
"""
