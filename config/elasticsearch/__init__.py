"""What the Elasticsearch indices look like."""
