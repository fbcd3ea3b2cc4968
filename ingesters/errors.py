"""What can go wrong with a job, each with a stable code and a sentence in Japanese and English."""

from db.leases import Failure


class IngestError(Exception):
    """A job, or the wish for one, could not be done."""

    def __init__(self, code: str, ja: str, en: str) -> None:
        """Keep the code and both sentences."""
        super().__init__(en)
        self.code, self.ja, self.en = code, ja, en


class IntakeError(IngestError):
    """A job was refused at the door; `status` is the HTTP status that says so."""

    def __init__(self, code: str, ja: str, en: str, *, status: int = 422) -> None:
        """Keep the code, both sentences and the status."""
        super().__init__(code, ja, en)
        self.status = status


class PassingFault(IngestError):
    """Something outside the file failed; trying again later is right."""

    def __init__(self, code: str, ja: str, en: str, *, retry_after: float | None = None) -> None:
        """Keep the code, both sentences and the wait in seconds that was asked for."""
        super().__init__(code, ja, en)
        self.retry_after = retry_after


class Cancelled(Exception):
    """Somebody cancelled the job while it ran."""


class Stopping(Exception):
    """This worker is shutting down; the job goes back to the queue."""


WORKER_DEATHS = Failure(
    "job_quarantined",
    "処理中にワーカーが繰り返し停止したため隔離しました。ファイルを確認し、再試行するか管理者に連絡してください。",
    "Workers died on this job again and again, so it is set aside; check the file, then retry or ask an admin.",
)
INTERNAL = Failure(
    "internal_error",
    "予期しないエラーが発生しました。再試行しても直らない場合は、ジョブIDを添えて管理者に連絡してください。",
    "An unexpected error occurred; if a retry does not help, send the job's id to an administrator.",
)
DATABASE_AWAY = Failure(
    "database_unavailable",
    "データベースに接続できませんでした。自動的に再試行します。",
    "The database could not be reached; the job is tried again by itself.",
)
BLOBS_AWAY = Failure(
    "storage_unavailable",
    "ファイルの保存先に接続できませんでした。復旧後に自動的に再開します。",
    "The file storage could not be reached; the job goes on by itself when it is back.",
)
ORIGINAL_DAMAGED = Failure(
    "original_damaged",
    "保存されているファイルが壊れています。もう一度アップロードするか、管理者にスナップショットからの復元を依頼してください。",
    "The stored file is damaged; upload it again, or ask an administrator to restore it from a snapshot.",
)
