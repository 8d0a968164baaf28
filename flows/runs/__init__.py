"""The runs of a workspace: its folders, the lock, the chain, publishing, histories and restart."""
