"""The checks of other programs, each as a test, so that they share the processes of pytest.

pytest starts with this folder: its checks take longest. Each file is one unit of work.
"""
