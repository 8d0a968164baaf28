"""One module per format: bytes in, records with their physical line numbers out."""
