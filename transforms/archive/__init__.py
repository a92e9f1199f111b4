"""Evidence that stays when pages go: what led to items, as WARC files, one a day."""
