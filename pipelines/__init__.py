"""What runs: one readable pipe a file, options, and the command line."""
