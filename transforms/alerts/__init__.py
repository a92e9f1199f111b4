"""Alerts: what fires and when, how it reads, and how it gets to its channels, once."""
