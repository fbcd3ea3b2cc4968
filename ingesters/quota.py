"""Whether bytes may come at all: asked before they flow."""

import db
from db import assets, uploads
from db.blobs import blobs
from ingesters.errors import IntakeError
from settings import get_settings

MIB = 1024 * 1024
MOST_OPEN = 50
ROOM_LEFT = 1024 * MIB
"""What must stay free on the disk: Postgres shares it."""


def check(connection: db.Connection, size: int) -> None:
    """Raise IntakeError unless so many bytes may come into this workspace as well as those it already expects."""
    expected = uploads.load(connection)
    if expected.open >= MOST_OPEN:
        raise IntakeError(
            "too_many_uploads",
            f"未完了のアップロードが{MOST_OPEN}件あります。完了するか、取り消してから始めてください。",
            f"There are {MOST_OPEN} unfinished uploads; finish or cancel some first.",
            status=429,
        )
    check_quota(connection, size, expected.expected)
    room = blobs().room()
    if room is not None and size + expected.expected > room - ROOM_LEFT:
        raise IntakeError(
            "no_room",
            "サーバーの空き容量が足りません。管理者に連絡してください。",
            "The server has too little room for this file; ask an administrator.",
            status=507,
        )


def check_quota(connection: db.Connection, size: int, expected: int = 0) -> None:
    """Raise IntakeError when the workspace's quota has no room for so many bytes."""
    quota = get_settings().workspace_quota_mb
    if quota is None:
        return
    left = quota * MIB - assets.kept_bytes(connection) - expected
    if size > left:
        shown = max(left, 0) // MIB
        raise IntakeError(
            "quota_exceeded",
            f"容量が足りません（残り {shown:,} MiB、上限 {quota:,} MiB）。管理者に上限の変更を依頼してください。",
            f"The workspace has {shown:,} of its {quota:,} MiB left; ask an administrator for more.",
            status=413,
        )


def check_size(size: int) -> None:
    """Raise IntakeError for a file that is empty or larger than a resumable upload may be."""
    most = get_settings().max_resumable_mb
    if size == 0:
        raise IntakeError(
            "file_empty",
            "ファイルが空です。内容のあるファイルを選んでください。",
            "The file is empty; choose one with content.",
        )
    if size > most * MIB:
        raise IntakeError(
            "file_too_large",
            f"ファイルは {size / MIB:,.0f} MiB です。上限は {most:,} MiB です。分割するか、管理者に相談してください。",
            f"The file has {size / MIB:,.0f} MiB, the limit is {most:,} MiB; split it or ask an administrator.",
            status=413,
        )
