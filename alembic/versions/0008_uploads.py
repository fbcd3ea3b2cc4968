"""Uploads: big files on their way, so that they can be gone on with after any cut."""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
CREATE TABLE uploads (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  filename text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  kind text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  by_kind text NOT NULL,
  by_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'succeeded', 'failed')),
  taken_sha256 text,
  job_id uuid REFERENCES jobs ON DELETE SET NULL,
  error_code text,
  error_ja text,
  error_en text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX uploads_open ON uploads (workspace_id, created_at DESC, id DESC) WHERE status = 'open';
CREATE INDEX uploads_expiry ON uploads (expires_at);
SELECT seal('uploads');
GRANT SELECT, DELETE ON uploads TO shiomi_engine;

-- Only a file that has a twin of its size is worth hashing before it is sent.
CREATE INDEX assets_size ON assets (workspace_id, bytes);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TABLES)


def downgrade() -> None:
    """Forget uploads that are under way; what has become a job stays."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP INDEX assets_size; DROP TABLE uploads")
