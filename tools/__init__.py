"""What `make` runs: set-up, locks, translations. Knows nothing of the engine; plain Python without packages."""
