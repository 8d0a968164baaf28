"""The error raised when a report cannot be written."""


class ReportError(Exception):
    """A report cannot be written; the message is one line that names the file and the fix."""
