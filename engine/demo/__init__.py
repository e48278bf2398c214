"""The demonstration college: units, people and posts that nobody really has, for trying and for tests."""
