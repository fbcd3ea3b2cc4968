"""Past analyses through the backfill: rate against the bare insert of the same rows, five kills, and live uploads."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import db
from bench.platform import Caller, Platform, platform
from bench.tables import median, say, show, verdict
from db import queues

COUNT, QUICK = 5000, 400
KILLS, TURNS, UPLOADS = 5, 8, 5
MOST_WAIT = 1.5
TABLES = ("analyses", "sales", "analysis_phases", "documents", "chunks", "term_counts")
WINDOW_SECONDS = 30.0
TOPICS = ("口紅", "美容液", "春のワンピース", "炊飯器", "コーヒー豆", "スニーカー")
CONTENT = (
    "SELECT external_id, liver, stream_id, content_hash, stored_at IS NOT NULL FROM analyses",
    "SELECT a.external_id, s.scope, s.item, s.name, s.currency, s.value "
    "FROM sales s JOIN analyses a ON a.id = s.analysis_id",
    "SELECT a.external_id, c.ordinal, c.text, c.heading_path, c.terms "
    "FROM chunks c JOIN analyses a ON a.id = c.document_id",
    "SELECT term, chunks FROM term_counts",
)


def main(*, quick: bool) -> None:
    """Print the rates, whether the killed run ends with the same rows, and how long a live upload waits."""
    count = QUICK if quick else COUNT
    with platform() as running, TemporaryDirectory(prefix="shiomi-past-") as folder:
        _write(Path(folder), count)
        caller = running.caller("live")
        _upload(caller, 5, "warm")
        say(f"{count} analyses, undisturbed")
        handing, seconds = _run(running, Path(folder), "undisturbed")
        vectors = _vectors_rate("undisturbed")
        say(f"{count} analyses, killed {KILLS} times, with live uploads")
        alone, meanwhile, cut = _killed(running, Path(folder), caller)
        same = _content("killed") == _content("undisturbed")
        bare = _bare()
        _again(Path(folder))
    rows = [
        ("bare insert of the same rows, 100 analyses a commit", f"{count / bare:,.0f}", ""),
        ("handed over: read, checked, safe with the cursor", f"{count / handing:,.0f}", f"{bare / handing:.2f}"),
        ("stored and found by words, one worker", f"{count / seconds:,.0f}", f"{bare / seconds:.2f}"),
    ]
    note = f"vectors follow at {vectors:.0f} passages /s, as fast as one worker's embedder gives them"
    show(f"Backfill of {count:,} analyses", ("step", "analyses /s", "to bare"), rows, note)
    ratio = median(meanwhile) / median(alone)
    waits = [
        ("alone", f"{median(alone) * 1000:.0f}", "", ""),
        ("while it runs", f"{median(meanwhile) * 1000:.0f}", f"{ratio:.2f}", verdict(ratio, MOST_WAIT, most=True)),
    ]
    show("A live upload, from sending to its end", ("", "ms", "ratio", f"<= {MOST_WAIT}"), waits)
    note = f"{cut} of {KILLS} kills cut a run that had begun and not ended"
    show(
        "Killed with SIGKILL at random",
        ("", ""),
        [("rows equal those of the undisturbed run", "yes" if same else "NO")],
        note,
    )


def _write(folder: Path, count: int) -> None:
    rng = random.Random(1)
    for number in range(count):
        topic, gmv = rng.choice(TOPICS), rng.randrange(10_000, 5_000_000)
        phases = [_phase(label, at, topic, rng) for at, label in enumerate(("開始", "商品", "締め"))]
        orders = gmv // 3000
        money = {"amount": str(gmv), "currency": "JPY"}
        document = {
            "id": f"a{number}",
            "liver": f"liver{number % 40}",
            "stream_id": f"s{number}",
            "title": f"{topic}の配信 {number}",
            "started_at": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}T20:00:00+09:00",
            "sales": {"gmv": money, "sku_orders": orders, "created_sku_orders": orders + number % 50},
            "analysis": {"phases": phases, "summary": f"{topic}が{orders}件売れた。価格の提示が早かった。"},
        }
        (folder / f"{number:06}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _phase(label: str, at: int, topic: str, rng: random.Random) -> dict[str, Any]:
    return {
        "label": label,
        "start_ms": at * 600_000,
        "end_ms": (at + 1) * 600_000,
        "summary": f"{topic}を紹介した。{rng.randrange(100)}人が質問した。",
        "metrics": {"viewers": rng.randrange(9000)},
    }


def _start(folder: Path, workspace: str, *more: str) -> "subprocess.Popen[bytes]":
    words = ["--source", "local", "--dir", str(folder), "--workspace", workspace, *more]
    command = [sys.executable, "-m", "scripts.backfill", *words]
    return subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL)


def _run(running: Platform, folder: Path, workspace: str) -> tuple[float, float]:
    """Run it undisturbed; give the seconds until all is handed over, and until all is stored."""
    running.caller(workspace)
    began = time.perf_counter()
    _start(folder, workspace, "--no-wait").wait()
    handed = time.perf_counter() - began
    _wait(workspace)
    return handed, time.perf_counter() - began


def _killed(running: Platform, folder: Path, caller: Caller) -> tuple[list[float], list[float], int]:
    """Kill it at random, then let it end; give the waits of live uploads without and with it, and the kills that cut.

    Both are measured in turns, with the queue held back and let go, so that other load on the machine meets both.
    """
    running.caller("killed")
    rng, cut = random.Random(9), 0
    for _ in range(KILLS):
        process = _start(folder, "killed", "--no-wait")
        time.sleep(rng.uniform(1.5, 4.0))
        cut += process.poll() is None and bool(_taken("killed"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = _start(folder, "killed", "--no-wait")
    alone: list[float] = []
    meanwhile: list[float] = []
    for turn in range(TURNS):
        _hold(held=True)
        alone += _upload(caller, UPLOADS, f"alone{turn}-")
        _hold(held=False)
        time.sleep(1)
        meanwhile += _upload(caller, UPLOADS, f"meanwhile{turn}-")
    last.wait()
    _wait("killed")
    return alone, meanwhile, cut


def _hold(*, held: bool) -> None:
    with db.engine() as connection:
        queues.pause(connection, "backfill", held)
    while held and _one("live", "SELECT running_jobs()"):
        time.sleep(0.05)


def _again(folder: Path) -> None:
    before = _counts("undisturbed")
    began = time.perf_counter()
    _start(folder, "undisturbed").wait()
    added = "nothing added" if _counts("undisturbed") == before else "ROWS ADDED"
    say(f"second run: {added} in {time.perf_counter() - began:.1f} s")


def _upload(caller: Caller, count: int, mark: str) -> list[float]:
    """Send small documents one after the other; give the seconds until each is done."""
    waits = []
    for number in range(count):
        began = time.perf_counter()
        job = caller.upload(f"{mark}{number}.txt", f"{mark}の{number}番目の文書。潮の流れを見る。".encode())
        while _state(job) not in {"succeeded", "failed"}:
            time.sleep(0.01)
        waits.append(time.perf_counter() - began)
        time.sleep(0.3)
    return waits


def _state(job: str) -> str:
    with db.engine() as connection:
        row = connection.execute("SELECT status FROM jobs WHERE id = %s", (job,)).fetchone()
    return str(row[0]) if row else ""


def _taken(workspace: str) -> int:
    return _one(workspace, "SELECT sum(taken) FROM backfills WHERE finished_at IS NULL")


def _wait(workspace: str) -> None:
    """Wait until all rows are stored; vectors follow."""
    while _one(workspace, "SELECT count(*) FROM jobs WHERE kind = 'backfill' AND status IN ('waiting', 'running')"):
        time.sleep(0.1)


def _vectors_rate(workspace: str) -> float:
    before, began = _one(workspace, "SELECT count(*) FROM vectors"), time.perf_counter()
    time.sleep(WINDOW_SECONDS)
    return (_one(workspace, "SELECT count(*) FROM vectors") - before) / (time.perf_counter() - began)


def _one(workspace: str, query: str) -> int:
    with db.transaction(workspace) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0] or 0) if row else 0


def _counts(workspace: str) -> list[Any]:
    with db.transaction(workspace) as connection:
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]


def _content(workspace: str) -> list[list[Any]]:
    with db.transaction(workspace) as connection:
        return [sorted(connection.execute(query).fetchall()) for query in CONTENT]


def _bare() -> float:
    """Insert the very rows of the undisturbed run into copies of the tables, indexes and all; give the seconds."""
    with db.owner() as connection:
        for table in TABLES:
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL EXCLUDING IDENTITY)")
        began = time.perf_counter()
        for table in TABLES:
            for columns, rows in _parts(connection, table):
                with connection.transaction():
                    connection.cursor().executemany(
                        f"INSERT INTO bare_{table} ({columns}) VALUES ({', '.join(['%s'] * len(rows[0]))})", rows
                    )
        return time.perf_counter() - began - _reading


_reading = 0.0


def _parts(connection: Any, table: str) -> Iterator[tuple[str, list[Any]]]:
    """Give the rows of a table in parts as large as those of a hundred analyses; reading them is not counted."""
    global _reading  # noqa: PLW0603 - the clock of one measurement
    began = time.perf_counter()
    names = [
        row[0]
        for row in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' "
            "AND data_type NOT IN ('jsonb') ORDER BY ordinal_position", (table,),
        )
    ]  # fmt: skip
    columns = ", ".join(names)
    rows = connection.execute(f"SELECT {columns} FROM {table} WHERE workspace_id = 'undisturbed'").fetchall()
    _reading += time.perf_counter() - began
    for at in range(0, len(rows), 1000):
        yield columns, rows[at : at + 1000]
