"""The trace room: what makes records provable. Knows neither tables nor verbs."""
