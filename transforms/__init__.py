"""What we do: PTransforms over pure modules, and clients behind small protocols."""
