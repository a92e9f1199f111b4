"""The rules as data, one file per concern and language, and their loader."""
