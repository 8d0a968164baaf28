"""What other packages need from the contracts, generated as files of theirs.

Each module returns the text of one or more generated files. `python -m flows.generated` writes them
all; a test of the house holds every file current.
"""
