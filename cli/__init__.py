"""The ``penny`` command, one file per group of commands."""
