"""Models: which one each purpose uses and how, calls under way, faults of providers, what was used and paid."""

from alembic import op

revision = "0007"
down_revision = "0006"

CHOICES = """
CREATE TABLE model_choices (
  workspace_id text NOT NULL REFERENCES workspaces,
  purpose text NOT NULL CHECK (purpose IN ('chat', 'vision', 'speech')),
  provider text CHECK (provider IN ('openai', 'azure', 'compatible')),
  model text CHECK (length(model) BETWEEN 1 AND 200),
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, purpose),
  CHECK ((provider IS NULL) = (model IS NULL))
);
SELECT seal('model_choices');

CREATE TABLE model_configs (
  workspace_id text NOT NULL REFERENCES workspaces,
  provider text NOT NULL,
  model text NOT NULL,
  temperature double precision CHECK (temperature BETWEEN 0 AND 2),
  max_tokens integer CHECK (max_tokens > 0),
  context_length integer CHECK (context_length > 0),
  PRIMARY KEY (workspace_id, provider, model)
);
SELECT seal('model_configs');
"""

CALLS = """
CREATE TABLE model_calls (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  at timestamptz NOT NULL DEFAULT now(),
  purpose text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  outcome text NOT NULL,
  ms integer NOT NULL,
  prompt_tokens integer NOT NULL,
  completion_tokens integer NOT NULL,
  seconds double precision NOT NULL,
  is_estimated boolean NOT NULL,
  cost numeric(16, 8) NOT NULL
);
CREATE INDEX model_calls_newest ON model_calls (workspace_id, at DESC, id DESC);
CREATE INDEX model_calls_age ON model_calls (at);
SELECT seal('model_calls');
GRANT SELECT, DELETE ON model_calls TO shiomi_engine;

-- One row for a day, purpose and model, added to in the transaction that writes the call down.
CREATE TABLE model_days (
  workspace_id text NOT NULL REFERENCES workspaces,
  day date NOT NULL,
  purpose text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  calls integer NOT NULL,
  failures integer NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  seconds double precision NOT NULL,
  cost numeric(16, 8) NOT NULL,
  PRIMARY KEY (workspace_id, day, purpose, provider, model)
) WITH (fillfactor = 70);
CREATE INDEX model_days_day ON model_days (day);
SELECT seal('model_days');
GRANT SELECT ON model_days TO shiomi_engine;
"""

# Of the whole platform: providers and their bill are shared by all workspaces.
PLATFORM = """
CREATE TABLE model_slots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider text NOT NULL,
  reserved numeric(16, 8) NOT NULL,
  until timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON model_slots TO shiomi_engine;

CREATE TABLE model_breakers (
  provider text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
  failures integer NOT NULL DEFAULT 0,
  rests integer NOT NULL DEFAULT 0,
  fault text,
  until timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON model_breakers TO shiomi_engine;
GRANT SELECT ON model_breakers TO shiomi_app;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statements in (CHOICES, CALLS, PLATFORM):
        op.execute(statements)


def downgrade() -> None:
    """Forget choices and bills; the settings choose again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TABLE model_breakers, model_slots, model_days, model_calls, model_configs, model_choices")
