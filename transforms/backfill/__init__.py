"""Where older articles are found: lists of addresses, sitemaps, older pages of feeds, WARC files."""
