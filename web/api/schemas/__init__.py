"""What travels through the API: one schema per thing sent or answered. Shapes only; the engine says what is right."""
