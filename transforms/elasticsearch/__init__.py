"""What writing to Elasticsearch takes, for the store and for the transform: access, patience, and bulks judged by document."""
