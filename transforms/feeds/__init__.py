"""What feeds say: reading them, their entries, and when to poll again."""
