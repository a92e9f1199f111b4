"""One HTTP layer for feeds and pages."""
