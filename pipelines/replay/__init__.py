"""A month of news with answers, replayed through the real pipeline."""
