"""Text as it comes from outside: cleaning, URLs, languages, search terms."""
