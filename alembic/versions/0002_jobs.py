"""The job engine: assets, jobs, outbox, events, workers."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE assets (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  filename text NOT NULL,
  media_type text NOT NULL,
  blob_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX assets_content ON assets (workspace_id, sha256);
SELECT seal('assets');
GRANT SELECT ON assets TO shiomi_engine;

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  kind text NOT NULL,
  queue text NOT NULL,
  priority smallint NOT NULL DEFAULT 0,
  asset_id uuid REFERENCES assets,
  parameters jsonb NOT NULL DEFAULT '{}',
  fingerprint text NOT NULL,
  status text NOT NULL DEFAULT 'waiting'
    CHECK (status IN ('waiting', 'running', 'succeeded', 'failed', 'quarantined', 'cancelled')),
  stage text,
  stages_done text[] NOT NULL DEFAULT '{}',
  parts_done integer NOT NULL DEFAULT 0,
  progress real NOT NULL DEFAULT 0,
  attempt integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  deaths integer NOT NULL DEFAULT 0,
  token bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  worker text,
  run_after timestamptz NOT NULL DEFAULT now(),
  cancel_requested boolean NOT NULL DEFAULT false,
  error_code text,
  error_ja text,
  error_en text,
  result jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (workspace_id, fingerprint)
);
CREATE INDEX jobs_newest ON jobs (workspace_id, created_at DESC, id DESC);
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE status = 'running';
CREATE INDEX jobs_open ON jobs (workspace_id, queue) WHERE status IN ('waiting', 'running');
CREATE INDEX jobs_troubles ON jobs (finished_at DESC) WHERE status IN ('failed', 'quarantined');
CREATE INDEX jobs_durations ON jobs (kind, finished_at DESC) WHERE status = 'succeeded';
SELECT seal('jobs');
GRANT SELECT, UPDATE ON jobs TO shiomi_engine;

-- One row for each waiting job. published_at is set when its wake-up message was sent.
CREATE TABLE outbox (
  job_id uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  queue text NOT NULL,
  priority smallint NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT now(),
  position bigint GENERATED ALWAYS AS IDENTITY,
  published_at timestamptz
);
CREATE INDEX outbox_next ON outbox (queue, workspace_id, priority DESC, position) WHERE published_at IS NULL;
CREATE INDEX outbox_sent ON outbox (queue, published_at) WHERE published_at IS NOT NULL;
SELECT seal('outbox');
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO shiomi_engine;

CREATE TABLE job_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  kind text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_events_of_job ON job_events (job_id, id);
SELECT seal('job_events');
GRANT SELECT, INSERT, DELETE ON job_events TO shiomi_engine;

CREATE TABLE workers (
  name text PRIMARY KEY,
  queues text[] NOT NULL,
  slots integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO shiomi_engine;
GRANT SELECT ON workers TO shiomi_app;

-- How many jobs run in all workspaces: the one thing a workspace may know of the others, to say why its jobs wait.
CREATE FUNCTION running_jobs() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT count(*) FROM jobs WHERE status = 'running' $$;

CREATE TABLE queue_states (
  queue text PRIMARY KEY,
  paused boolean NOT NULL DEFAULT false
);
GRANT SELECT ON queue_states TO shiomi_app;
GRANT SELECT, INSERT, UPDATE ON queue_states TO shiomi_engine;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP FUNCTION running_jobs()")
    op.execute("DROP TABLE queue_states, workers, job_events, outbox, jobs, assets")
