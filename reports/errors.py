"""What can go wrong while a report is written."""


class ReportError(Exception):
    """A report cannot be written; the message is one line that names the file and the mend."""
