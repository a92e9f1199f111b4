"""A client for Kibana's HTTP API, and the way our objects go into it."""
