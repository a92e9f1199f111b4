"""How fast the wire is, as ratios to baselines of the same run: ``python -m bench``."""
