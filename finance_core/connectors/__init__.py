"""Bank protocols and file formats, one per file, behind a small Protocol."""
