"""One mistake per file, with the problems it must give written above it: place, code, sentence and hint in both languages.

`python -m tests.bad` writes what the reader says now above every file; read the diff before you commit it.
"""
