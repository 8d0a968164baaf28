"""Files in, typed rows in raw tables out; knows nothing of what the rows mean."""

from ingestion.refusal import FileRefusedError, IngestionError

__all__ = ["FileRefusedError", "IngestionError"]
