"""Where records are kept: one contract, SQLite and Elasticsearch behind it."""
