"""How the paragraph model is made: run by hand, not part of the wire."""
