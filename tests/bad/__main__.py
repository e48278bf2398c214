"""Write above every bad file what the reader says of it now."""

from tests.bad.expectation import FILES, expected_now, split

for path in FILES:
    text = path.read_text(encoding="utf-8")
    path.write_text(expected_now(path.name, text) + split(text)[1], encoding="utf-8")
