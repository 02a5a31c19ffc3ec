"""A project's folder: made, opened once, checked, and never changed behind anyone's back."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from studio_made import BY, HEIGHT, WIDTH, made_session, made_store, run, say, track

from masklet.studio.store.database import Database
from masklet.studio.store.edits import Added, Prompted
from masklet.studio.store.errors import ProjectBusyError, ProjectError
from masklet.studio.store.log import StoredAnswer, answer_to, append, entries
from masklet.studio.store.project import DATABASE, ProjectStore, read_info
from masklet.studio.store.schema import VERSION, edits

ADDED = Added(object=1, name="Dog", colour="#2e86ff")


def test_a_project_says_what_it_is(tmp_path: Path) -> None:
    """From its making on, after a new name and another model, and while it is open."""
    store = made_store(tmp_path / "deep" / "clip")
    info = store.info
    assert len(bytes.fromhex(info.id)) == 8
    assert (info.name, info.model, info.objects) == ("Clip", "small", 0)
    assert (info.video.width, info.video.height, info.video.fps) == (WIDTH, HEIGHT, 25.0)
    store.rename("Street")
    store.choose_model("other")
    append(store.database, ADDED, by=BY, objects=1)
    assert read_info(store.folder) == store.info
    store.close()
    with pytest.raises(ProjectError, match="closed"):
        _ = store.info
    again = ProjectStore.open(store.folder).info
    assert (again.id, again.name, again.model, again.objects) == (info.id, "Street", "other", 1)
    assert again.changed > again.created


def test_folders_that_hold_no_project_say_why(tmp_path: Path) -> None:
    """No file, another program's file, a newer version, a broken one, a project made twice."""
    with pytest.raises(ProjectError, match="no project"):
        ProjectStore.open(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"no database at all" * 100)
    with pytest.raises(ProjectError, match="not a database"):
        ProjectStore.open(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    sqlite3.connect(other / DATABASE).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(ProjectError, match="not made by masklet"):
        read_info(other)
    made_store(tmp_path / "newer").close()
    with sqlite3.connect(tmp_path / "newer" / DATABASE) as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(ProjectError, match="newer masklet"):
        ProjectStore.open(tmp_path / "newer")
    made_store(tmp_path / "twice").close()
    with pytest.raises(ProjectError, match="already"):
        made_store(tmp_path / "twice")


def test_a_project_is_opened_once(tmp_path: Path) -> None:
    """A second opening here or in another process is refused until the first one ends."""
    store = made_store(tmp_path / "clip")
    with pytest.raises(ProjectBusyError, match="open already"):
        ProjectStore.open(store.folder)
    code = (
        "import sys; from pathlib import Path\n"
        "from masklet.studio.store.project import ProjectStore, read_info\n"
        "print(read_info(Path(sys.argv[1])).name)\n"
        "ProjectStore.open(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", code, str(store.folder)]
    other = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert other.stdout == "Clip\n"
    assert "ProjectBusyError" in other.stderr
    store.close()
    store.close()
    ProjectStore.open(store.folder).close()


def test_the_log_can_only_grow(tmp_path: Path) -> None:
    """The database itself refuses to change or delete entries and answers."""
    store = made_store(tmp_path / "clip")
    assert append(store.database, ADDED, by=BY, objects=1) == 1
    for statement in (delete(edits), update(edits).values(by="someone else")):
        with (
            pytest.raises(ProjectError, match="only ever added"),
            store.database.write() as connection,
        ):
            connection.execute(statement)
    (entry,) = entries(store.database)
    assert (entry.seq, entry.by, entry.edit) == (1, BY, ADDED)


def test_an_entry_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where its answer cannot be written, the entry is not there, and its number is used again."""
    store = made_store(tmp_path / "clip")
    edit = Prompted(object=1, frame=3, mask=True, score=0.5, presence=1.0)
    answer = StoredAnswer(1, 3, "a", 0.5, 1.0, None, "small/64", bytes(range(200)))
    with pytest.raises(ProjectError, match="UNIQUE"):
        append(store.database, edit, by=BY, objects=1, said=[answer, answer])
    assert list(entries(store.database)) == []
    assert append(store.database, edit, by=BY, objects=1, said=[answer]) == 1
    assert answer_to(store.database, 1, 1) == answer


def test_a_read_only_project_says_so(tmp_path: Path) -> None:
    """What the disk refuses comes as one error that names the project."""
    made_store(tmp_path / "clip").close()
    database = Database(tmp_path / "clip" / DATABASE, writable=False)
    with pytest.raises(ProjectError, match="readonly"):
        append(database, ADDED, by=BY, objects=1)
    database.close()


def damage(folder: Path, *statements: str) -> None:
    """Change a closed project's database behind the triggers' back."""
    connection = sqlite3.connect(folder / DATABASE)
    with connection:
        for trigger in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger[0]}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM edits WHERE seq = 1", "entry 1 .* is missing"),
        ("UPDATE edits SET payload = '{}' WHERE seq = 2", "entry 2 .* cannot be read"),
        ("DELETE FROM answers", "entry 2 .* has no answer"),
        ("UPDATE answers SET counts = '12'", "entry 2 .* counts"),
        ("DELETE FROM strips", "pass 1 .* object 1"),
        ("DELETE FROM masks WHERE frame = 4", "pass 1 .* object 1"),
        ("DELETE FROM passes", "refers to nothing"),
    ],
)
def test_a_check_finds_what_is_missing(tmp_path: Path, statement: str, message: str) -> None:
    """A whole project passes; one that lost anything does not."""
    folder = tmp_path / "clip"
    session = made_session(folder, frames=8)
    session.add_object(None, None, by=BY)
    session.say(say(1, 0, (20, 20)), by=BY)
    run(session.begin(track(), by=BY), frames=6)
    session.close()
    with_store = ProjectStore.open(folder)
    with_store.check()
    with_store.close()
    damage(folder, statement)
    broken = ProjectStore.open(folder)
    with pytest.raises(ProjectError, match=message):
        broken.check()
    broken.close()


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """By SQLite's own check."""
    store = made_store(tmp_path / "clip")
    with store.database.write() as connection:
        for _ in range(200):
            connection.execute(
                text("INSERT INTO edits (time, by, kind, payload) VALUES ('', '', 'x', :long)"),
                {"long": "x" * 500},
            )
    store.close()
    file = store.folder / DATABASE
    content = bytearray(file.read_bytes())
    content[8 * 4096 : 9 * 4096] = bytes(4096)
    file.write_bytes(content)
    broken = ProjectStore.open(store.folder)
    with pytest.raises(ProjectError, match="damaged"):
        broken.check()


def test_a_copied_folder_is_the_same_project(tmp_path: Path) -> None:
    """One file holds all that was said, once the project is closed."""
    store = made_store(tmp_path / "clip")
    append(store.database, ADDED, by=BY, objects=1)
    store.close()
    (tmp_path / "copy").mkdir()
    shutil.copy(store.folder / DATABASE, tmp_path / "copy")
    copy = ProjectStore.open(tmp_path / "copy")
    assert [entry.edit for entry in entries(copy.database)] == [ADDED]
    copy.check()
