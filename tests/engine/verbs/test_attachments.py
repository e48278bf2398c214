"""Attachments: what is accepted, how it is kept, and whose it is."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import select

from engine.errors import SubmissionInvalid
from engine.store.tables import attachments as rows
from engine.store.tables import uploads
from engine.verbs import attachments
from engine.verbs.attachments import MAX_BYTES, AttachmentRef
from tests.engine.verbs.small import begin_filing, types_of
from tests.world import World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def add(world: World, name: str, content: bytes, *, by: str = "ann") -> AttachmentRef:
    with world.engine.begin(world.actor(by)) as unit:
        return attachments.add(unit, field="proof", name=name, stream=io.BytesIO(content))


def packed(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def linked(world: World) -> list[tuple[str, str, str]]:
    with world.engine.database.reading.connect() as connection:
        return [(row.name, row.field, row.sha256) for row in connection.execute(select(rows))]


def test_a_file_is_kept_by_its_hash_and_linked_when_its_form_is_sent(world: World) -> None:
    content = "证明".encode()
    proof = add(world, "证明.txt", content)
    assert proof.sha256 == hashlib.sha256(content).hexdigest()
    assert world.engine.means.file_of(proof.sha256).read_bytes() == content
    assert linked(world) == []
    begin_filing(world, proof=[proof.id])
    assert linked(world) == [("证明.txt", "proof", proof.sha256)]
    assert world.view().variables["ask"]["proof"] == [
        {"id": proof.id, "name": "证明.txt", "sha256": proof.sha256, "size": len(content)}]


def test_a_file_that_is_handed_in_again_is_linked_once(world: World) -> None:
    proof = add(world, "证明.png", PNG)
    begin_filing(world, proof=[proof.id]).complete("审核", by="bob", action="return", comment="改")
    world.complete("申请", by="ann", name="新名", proof=[proof.id])
    assert len(linked(world)) == 1
    assert types_of(world).count("AttachmentAdded") == 1


def test_equal_content_is_kept_once(world: World) -> None:
    first, second = add(world, "a.png", PNG), add(world, "b.png", PNG)
    assert (first.sha256, first.id != second.id) == (second.sha256, True)
    assert len([path for path in world.engine.means.files.rglob("*") if path.is_file()]) == 1


def test_another_ones_upload_cannot_be_handed_in(world: World) -> None:
    proof = add(world, "a.png", PNG, by="zoe")
    with pytest.raises(SubmissionInvalid) as caught:
        begin_filing(world, proof=[proof.id])
    assert [error.field for error in caught.value.errors] == ["proof"]


@pytest.mark.parametrize(("name", "content"), [
    ("run.exe", b"MZ"), ("page.html", b"<script>"), ("no_ending", b"x"), ("fake.png", b"not a png"),
    ("fake.pdf", b"\x89PNG\r\n\x1a\n"), ("binary.txt", b"a\x00b"), ("fake.docx", packed(a=b"1")),
    ("slip.zip", packed(**{"..__..__evil": b"1"})), ("bomb.zip", packed(a=bytes(5_000_000))), ("cut.zip", b"PK\x03\x04"),
    ("empty.txt", b""), ("big.txt", b"a" * (MAX_BYTES + 1)), ("svg.svg", b"<svg/>"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(world: World, name: str, content: bytes) -> None:
    with pytest.raises(SubmissionInvalid) as caught:
        add(world, name, content)
    assert [error.field for error in caught.value.errors] == ["proof"]
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(uploads)).all() == []
    assert not [path for path in world.engine.means.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "kept"), [
    ("../../etc/passwd.txt", "passwd.txt"), ("C:\\a\\b.txt", "b.txt"), ("a\u202etxt.exe.txt", "atxt.exe.txt"),
    ("名\n字.txt", "名字.txt"), ("x" * 300 + ".txt", "x" * 100 + ".txt"),
])
def test_names_lose_paths_controls_and_length(world: World, name: str, kept: str) -> None:
    assert add(world, name, b"text").name == kept


def test_a_real_office_file_is_accepted(world: World) -> None:
    assert add(world, "a.docx", packed(word__document_xml=b"", **{"word/document.xml": b"<w/>"})).size > 0
