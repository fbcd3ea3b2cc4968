"""Partners: what comes in signed, the analyses it becomes, what goes out signed, and backfills."""

from alembic import op

revision = "0009"
down_revision = "0008"

# Secrets can be written by the application but read by the engine only: no workspace's session can show them again.
SECRETS = """
CREATE TABLE webhook_secrets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id text NOT NULL REFERENCES workspaces,
  owner_id uuid NOT NULL,
  secret text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz
);
CREATE INDEX webhook_secrets_owner ON webhook_secrets (owner_id, created_at DESC);
SELECT seal('webhook_secrets');
REVOKE SELECT ON webhook_secrets FROM shiomi_app;
GRANT SELECT (id, workspace_id, owner_id, created_at, expires_at) ON webhook_secrets TO shiomi_app;
GRANT SELECT ON webhook_secrets TO shiomi_engine;
"""

INBOUND = """
CREATE TABLE webhook_sources (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  name text NOT NULL,
  scheme text NOT NULL CHECK (scheme IN ('standard', 'timestamped', 'github', 'shopify', 'tiktok_shop')),
  app_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE UNIQUE INDEX webhook_sources_name ON webhook_sources (workspace_id, name) WHERE removed_at IS NULL;
SELECT seal('webhook_sources');
GRANT SELECT ON webhook_sources TO shiomi_engine;

CREATE TABLE analyses (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  job_id uuid NOT NULL REFERENCES jobs,
  asset_id uuid NOT NULL REFERENCES assets,
  source text NOT NULL,
  external_id text,
  content_hash text NOT NULL,
  title text,
  liver text,
  stream_id text,
  product text,
  language text,
  started_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  stored_at timestamptz,
  session text NOT NULL GENERATED ALWAYS AS (coalesce(stream_id, id::text)) STORED
);
CREATE INDEX analyses_newest ON analyses (workspace_id, created_at DESC, id DESC);
CREATE INDEX analyses_liver ON analyses (workspace_id, liver, started_at DESC) WHERE liver IS NOT NULL;
CREATE INDEX analyses_session ON analyses (workspace_id, session);
CREATE INDEX analyses_job ON analyses (job_id);
CREATE INDEX analyses_asset ON analyses (asset_id);
SELECT seal('analyses');

-- A message that was accepted: written in the transaction that stores its analysis and jobs.
CREATE TABLE deliveries (
  workspace_id text NOT NULL REFERENCES workspaces,
  source text NOT NULL,
  message text NOT NULL,
  content_hash text NOT NULL,
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  expires boolean NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, source, message)
);
CREATE INDEX deliveries_analysis ON deliveries (analysis_id);
CREATE INDEX deliveries_age ON deliveries (received_at) WHERE expires;
SELECT seal('deliveries');
GRANT SELECT, DELETE ON deliveries TO shiomi_engine;

-- A video or picture of an analysis: on its way from a URL, worked on by a job, or kept until a job can.
CREATE TABLE analysis_files (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  role text NOT NULL CHECK (role IN ('video', 'screenshot')),
  ordinal integer NOT NULL,
  url text,
  filename text,
  asset_id uuid REFERENCES assets,
  job_id uuid REFERENCES jobs,
  error_code text,
  error_ja text,
  error_en text,
  PRIMARY KEY (analysis_id, role, ordinal)
);
CREATE INDEX analysis_files_asset ON analysis_files (asset_id);
CREATE INDEX analysis_files_job ON analysis_files (job_id);
SELECT seal('analysis_files');

CREATE TABLE analysis_phases (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  ordinal integer NOT NULL,
  label text,
  start_ms bigint,
  end_ms bigint,
  summary text,
  transcript text,
  PRIMARY KEY (analysis_id, ordinal)
);
SELECT seal('analysis_phases');

-- Figures as the sender gave them. scope is session, phase or product; item says which phase or product.
CREATE TABLE sales (
  analysis_id uuid NOT NULL REFERENCES analyses ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  scope text NOT NULL CHECK (scope IN ('session', 'phase', 'product')),
  item text NOT NULL DEFAULT '',
  name text NOT NULL,
  currency text NOT NULL DEFAULT '',
  value numeric NOT NULL,
  unit text NOT NULL,
  PRIMARY KEY (analysis_id, scope, item, name, currency)
);
CREATE INDEX sales_name ON sales (workspace_id, name) WHERE scope = 'session';
SELECT seal('sales');

-- The analyses of one batch of a backfill share its job.
ALTER TABLE documents DROP CONSTRAINT documents_job_id_key;
CREATE INDEX documents_job ON documents (job_id);
"""

OUTBOUND = """
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  events text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text CHECK (disabled_reason IN ('by_hand', 'failing', 'gone'))
);
CREATE INDEX webhook_endpoints_newest ON webhook_endpoints (workspace_id, created_at DESC, id DESC);
SELECT seal('webhook_endpoints');
GRANT SELECT, UPDATE ON webhook_endpoints TO shiomi_engine;

CREATE TABLE webhook_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id text NOT NULL REFERENCES workspaces,
  event text NOT NULL,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_messages_age ON webhook_messages (created_at);
SELECT seal('webhook_messages');
GRANT SELECT, INSERT, DELETE ON webhook_messages TO shiomi_engine;

-- One message to one endpoint, tried until it is delivered or given up.
CREATE TABLE webhook_sends (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id text NOT NULL REFERENCES workspaces,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  message_id uuid NOT NULL REFERENCES webhook_messages ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (endpoint_id, message_id)
);
CREATE INDEX webhook_sends_due ON webhook_sends (due_at) WHERE state = 'waiting';
CREATE INDEX webhook_sends_newest ON webhook_sends (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_sends_message ON webhook_sends (message_id);
SELECT seal('webhook_sends');
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_sends TO shiomi_engine;

CREATE TABLE webhook_tries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  send_id uuid NOT NULL REFERENCES webhook_sends ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  status integer,
  fault text,
  answer text NOT NULL DEFAULT '',
  ms integer NOT NULL
);
CREATE INDEX webhook_tries_send ON webhook_tries (send_id, id);
SELECT seal('webhook_tries');
GRANT SELECT, INSERT, DELETE ON webhook_tries TO shiomi_engine;

-- The end of a job becomes a message in the very transaction that ends it, whoever ends it.
CREATE FUNCTION announce(workspace text, event_name text, told jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE made uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM webhook_endpoints WHERE workspace_id = workspace AND disabled_at IS NULL
                 AND events && ARRAY[event_name, '*']) THEN RETURN NULL; END IF;
  INSERT INTO webhook_messages (workspace_id, event, data) VALUES (workspace, event_name, told) RETURNING id INTO made;
  INSERT INTO webhook_sends (workspace_id, endpoint_id, message_id)
    SELECT workspace, id, made FROM webhook_endpoints
    WHERE workspace_id = workspace AND disabled_at IS NULL AND events && ARRAY[event_name, '*'];
  RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION announce(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION announce(text, text, jsonb) TO shiomi_engine;

CREATE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM announce(NEW.workspace_id, 'job.' || NEW.status, jsonb_build_object(
    'job_id', NEW.id, 'kind', NEW.kind, 'status', NEW.status, 'result', NEW.result,
    'analysis_id', (SELECT id FROM analyses WHERE job_id = NEW.id AND id = NEW.id),
    'error', CASE WHEN NEW.error_code IS NULL THEN NULL ELSE jsonb_build_object(
      'code', NEW.error_code, 'ja', NEW.error_ja, 'en', NEW.error_en) END));
  RETURN NULL;
END $$;
CREATE TRIGGER jobs_announced AFTER UPDATE OF status ON jobs FOR EACH ROW
  WHEN (NEW.status IN ('succeeded', 'failed', 'quarantined', 'cancelled') AND OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION announce_job();
"""

BACKFILLS = """
CREATE TABLE backfills (
  workspace_id text NOT NULL REFERENCES workspaces,
  source text NOT NULL,
  position text NOT NULL DEFAULT '',
  taken bigint NOT NULL DEFAULT 0,
  added bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (workspace_id, source)
);
SELECT seal('backfills');
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statements in (SECRETS, INBOUND, OUTBOUND, BACKFILLS):
        op.execute(statements)


def downgrade() -> None:
    """Forget partners and what they sent; assets and jobs stay."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER jobs_announced ON jobs")
    op.execute("DROP FUNCTION announce_job(), announce(text, text, jsonb)")
    op.execute("DROP TABLE backfills, webhook_tries, webhook_sends, webhook_messages, webhook_endpoints, sales")
    op.execute("DROP TABLE analysis_phases, analysis_files, deliveries, analyses, webhook_sources, webhook_secrets")
    op.execute("DELETE FROM documents WHERE kind = 'analysis'")
    op.execute("DROP INDEX documents_job")
    op.execute("ALTER TABLE documents ADD CONSTRAINT documents_job_id_key UNIQUE (job_id)")
