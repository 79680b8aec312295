"""One recognizer per file, each with the check that its numbers carry."""
