"""Roles, row-level security and who may come in: workspaces, users, keys."""

from alembic import op

revision = "0001"
down_revision = None

ROLES = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS btree_gin;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shiomi_app') THEN CREATE ROLE shiomi_app NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shiomi_engine') THEN CREATE ROLE shiomi_engine NOLOGIN; END IF;
  EXECUTE format('GRANT shiomi_app, shiomi_engine TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO shiomi_app, shiomi_engine;

CREATE FUNCTION current_workspace() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE name text := current_setting('shiomi.workspace', true);
BEGIN
  IF name IS NULL OR name = '' THEN
    RAISE EXCEPTION 'no workspace is set' USING ERRCODE = '42501', HINT = 'Open the connection with db.transaction(workspace).';
  END IF;
  RETURN name;
END $$;

-- Seal a table: the application sees its workspace only; the engine sees all rows where it is granted the table.
CREATE FUNCTION seal(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY own_workspace ON %s TO shiomi_app USING (workspace_id = (SELECT current_workspace())) '
                 'WITH CHECK (workspace_id = (SELECT current_workspace()))', target);
  EXECUTE format('CREATE POLICY engine_all ON %s TO shiomi_engine USING (true) WITH CHECK (true)', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO shiomi_app', target);
END $$;
"""

TABLES = """
CREATE TABLE workspaces (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  share integer NOT NULL DEFAULT 1 CHECK (share > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON workspaces TO shiomi_app;
GRANT SELECT, INSERT, UPDATE ON workspaces TO shiomi_engine;

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id text NOT NULL REFERENCES workspaces,
  username text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'editor', 'viewer', 'partner')),
  session_version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);
SELECT seal('users');
GRANT SELECT, INSERT, UPDATE ON users TO shiomi_engine;

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id text NOT NULL REFERENCES workspaces,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'editor', 'viewer', 'partner')),
  key_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
SELECT seal('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO shiomi_engine;

CREATE TABLE idempotency_keys (
  workspace_id text NOT NULL REFERENCES workspaces,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea NOT NULL,
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, key)
);
SELECT seal('idempotency_keys');
GRANT SELECT, DELETE ON idempotency_keys TO shiomi_engine;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ROLES)
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE idempotency_keys, api_keys, users, workspaces")
    op.execute("DROP FUNCTION seal(regclass), current_workspace()")
