"""From an article to a decision with its reasons."""
