"""The HTTP API of outside programs, /api/v1: a token instead of a session, JSON instead of pages, the same verbs and queries.

It decides nothing that the engine has not decided. Only `door.py` knows flask-smorest, only the schemas marshmallow.
"""
