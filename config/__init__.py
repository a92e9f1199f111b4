"""What we chose: settings, feed catalogue, rules, and their loaders."""
