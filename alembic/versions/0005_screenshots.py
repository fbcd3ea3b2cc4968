"""Screenshots: what was read of a dashboard picture, its values, and what people corrected."""

from alembic import op

revision = "0005"
down_revision = "0004"

# A screenshot is a document of the kind 'screenshot' (file, sender's words, chunks, vectors) and this row beside it.
TABLES = """
CREATE TABLE screenshots (
  id uuid PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  width integer NOT NULL,
  height integer NOT NULL,
  text text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('read', 'no_numbers', 'unknown_layout', 'low_resolution')),
  account text,
  period text,
  layout text,
  panels integer NOT NULL DEFAULT 1,
  charts jsonb NOT NULL DEFAULT '[]',
  stream_id text,
  taken_at timestamptz,
  preview_key text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX screenshots_newest ON screenshots (workspace_id, created_at DESC, id DESC);
CREATE INDEX screenshots_outcome ON screenshots (workspace_id, outcome, created_at DESC, id DESC);
CREATE INDEX screenshots_stream ON screenshots (workspace_id, stream_id) WHERE stream_id IS NOT NULL;
SELECT seal('screenshots');

CREATE TABLE screenshot_lines (
  screenshot_id uuid NOT NULL REFERENCES screenshots ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  ordinal integer NOT NULL,
  text text NOT NULL,
  bbox real[] NOT NULL,
  confidence real NOT NULL,
  vertical boolean NOT NULL DEFAULT false,
  words jsonb NOT NULL,
  PRIMARY KEY (screenshot_id, ordinal)
);
SELECT seal('screenshot_lines');

CREATE TABLE grids (
  screenshot_id uuid NOT NULL REFERENCES screenshots ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  ordinal integer NOT NULL,
  panel integer NOT NULL,
  title text,
  header boolean NOT NULL,
  columns text[] NOT NULL,
  rows jsonb NOT NULL,
  bbox real[] NOT NULL,
  boxes jsonb NOT NULL,
  confidences jsonb NOT NULL,
  PRIMARY KEY (screenshot_id, ordinal)
);
SELECT seal('grids');

-- What the reader saw; never changed by people. ordinal is that of the value's chunk, too.
CREATE TABLE metrics (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  screenshot_id uuid NOT NULL REFERENCES screenshots ON DELETE CASCADE,
  key text NOT NULL,
  ordinal integer NOT NULL,
  name text NOT NULL,
  label text NOT NULL,
  raw text NOT NULL,
  value numeric,
  text text,
  unit text NOT NULL,
  currency text,
  confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  bbox real[] NOT NULL,
  label_bbox real[],
  change jsonb,
  period text,
  panel integer NOT NULL DEFAULT 1,
  notes text[] NOT NULL DEFAULT '{}',
  needs_review boolean NOT NULL,
  source text NOT NULL DEFAULT 'screenshot',
  UNIQUE (screenshot_id, key)
);
CREATE INDEX metrics_review ON metrics (workspace_id, confidence, id) WHERE needs_review;
CREATE INDEX metrics_name ON metrics (workspace_id, name);
SELECT seal('metrics');

-- A history that only grows: 'correct' gives a value (or none), 'accept' says the reading is right, 'undo' takes back
-- the row it names. In effect is the newest row that is neither an undo nor undone.
CREATE TABLE corrections (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  screenshot_id uuid NOT NULL REFERENCES screenshots ON DELETE CASCADE,
  metric text NOT NULL,
  action text NOT NULL CHECK (action IN ('correct', 'accept', 'undo')),
  undoes bigint UNIQUE REFERENCES corrections,
  value numeric,
  text text,
  old_value numeric,
  old_text text,
  note text,
  by_kind text NOT NULL,
  by_id uuid NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CHECK ((action = 'undo') = (undoes IS NOT NULL))
);
CREATE INDEX corrections_newest ON corrections (screenshot_id, metric, id DESC);
SELECT seal('corrections');
REVOKE UPDATE, DELETE ON corrections FROM shiomi_app;
"""

# The one place that says which value counts. It runs with the rights of who asks, so the seal of its tables holds.
VIEW = """
CREATE VIEW metric_values WITH (security_invoker = true) AS
SELECT m.*,
  CASE WHEN d.action = 'correct' THEN 'corrected' WHEN d.action = 'accept' OR NOT m.needs_review THEN 'accepted'
       ELSE 'needs_review' END AS status,
  CASE WHEN d.id IS NULL THEN m.value ELSE d.value END AS effective_value,
  CASE WHEN d.id IS NULL THEN m.text ELSE d.text END AS effective_text,
  d.id AS decision_id, d.action, d.by_name, d.at AS decided_at, d.note
FROM metrics m LEFT JOIN LATERAL (
  SELECT c.* FROM corrections c
  WHERE c.screenshot_id = m.screenshot_id AND c.metric = m.key AND c.action <> 'undo'
    AND NOT EXISTS (SELECT FROM corrections u WHERE u.undoes = c.id)
  ORDER BY c.id DESC LIMIT 1
) d ON true;
GRANT SELECT ON metric_values TO shiomi_app;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TABLES)
    op.execute(VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW metric_values")
    op.execute("DROP TABLE corrections, metrics, grids, screenshot_lines, screenshots")
    op.execute("DELETE FROM documents WHERE kind = 'screenshot'")
