"""The directory room: who may act, passwords, sessions, throttling. Pure rules over what the store hands in."""
