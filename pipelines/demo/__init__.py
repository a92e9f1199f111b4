"""The demo's news web, served on this machine."""
