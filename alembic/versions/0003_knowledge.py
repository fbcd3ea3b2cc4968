"""What was read: documents, pages, tables, chunks, terms, vectors and their versions."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE documents (
  id uuid PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  job_id uuid NOT NULL UNIQUE REFERENCES jobs,
  asset_id uuid NOT NULL REFERENCES assets,
  kind text NOT NULL DEFAULT 'document',
  filename text NOT NULL,
  title text,
  media_type text NOT NULL,
  language text,
  pages integer NOT NULL DEFAULT 0,
  product text,
  liver text,
  occurred_at timestamptz,
  metadata jsonb NOT NULL DEFAULT '{}',
  warnings jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  ready_at timestamptz
);
CREATE INDEX documents_newest ON documents (workspace_id, created_at DESC, id DESC);
CREATE INDEX documents_asset ON documents (asset_id);
SELECT seal('documents');

CREATE TABLE pages (
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  number integer NOT NULL,
  label text,
  width real,
  height real,
  text text NOT NULL,
  image_key text,
  needs_ocr boolean NOT NULL DEFAULT false,
  PRIMARY KEY (document_id, number)
);
SELECT seal('pages');

CREATE TABLE document_tables (
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  page integer NOT NULL,
  ordinal integer NOT NULL,
  sheet text,
  cell_range text,
  bbox real[],
  rows jsonb NOT NULL,
  PRIMARY KEY (document_id, page, ordinal)
);
SELECT seal('document_tables');

-- terms feeds the GIN candidate search, weights gives the exact BM25 score: see docs/decisions/0003.
CREATE TABLE chunks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal integer NOT NULL,
  kind text NOT NULL DEFAULT 'document',
  product text,
  liver text,
  video_id uuid,
  occurred_at timestamptz,
  page integer,
  sheet text,
  cell_range text,
  bbox real[],
  start_ms integer,
  end_ms integer,
  heading_path text[] NOT NULL DEFAULT '{}',
  tokens integer NOT NULL,
  text text NOT NULL,
  terms integer[] NOT NULL,
  weights sparsevec NOT NULL,
  UNIQUE (document_id, ordinal)
);
ALTER TABLE chunks ALTER COLUMN weights SET STORAGE EXTERNAL;
CREATE INDEX chunks_terms ON chunks USING gin (workspace_id, terms) WITH (fastupdate = off);
CREATE INDEX chunks_product ON chunks (workspace_id, product) WHERE product IS NOT NULL;
CREATE INDEX chunks_liver ON chunks (workspace_id, liver) WHERE liver IS NOT NULL;
CREATE INDEX chunks_video ON chunks (workspace_id, video_id) WHERE video_id IS NOT NULL;
CREATE INDEX chunks_time ON chunks (workspace_id, occurred_at) WHERE occurred_at IS NOT NULL;
CREATE INDEX chunks_kind ON chunks (workspace_id, kind);
SELECT seal('chunks');
GRANT SELECT ON chunks TO shiomi_engine;

CREATE TABLE term_counts (
  workspace_id text NOT NULL REFERENCES workspaces,
  term integer NOT NULL,
  chunks integer NOT NULL,
  PRIMARY KEY (workspace_id, term)
) WITH (fillfactor = 70);
SELECT seal('term_counts');

CREATE TABLE embedding_versions (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model text NOT NULL,
  dimension integer NOT NULL CHECK (dimension BETWEEN 1 AND 4000),
  state text NOT NULL CHECK (state IN ('filling', 'active', 'retired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  switched_at timestamptz
);
CREATE UNIQUE INDEX one_active_version ON embedding_versions (state) WHERE state = 'active';
CREATE UNIQUE INDEX one_filling_version ON embedding_versions (state) WHERE state = 'filling';
GRANT SELECT ON embedding_versions TO shiomi_app, shiomi_engine;

-- The filters' columns stand here again so that an HNSW scan can filter without a join.
CREATE TABLE vectors (
  version_id integer NOT NULL REFERENCES embedding_versions,
  chunk_id bigint NOT NULL REFERENCES chunks ON DELETE CASCADE,
  workspace_id text NOT NULL REFERENCES workspaces,
  document_id uuid NOT NULL,
  kind text NOT NULL,
  product text,
  liver text,
  video_id uuid,
  occurred_at timestamptz,
  embedding halfvec NOT NULL,
  PRIMARY KEY (version_id, chunk_id)
);
ALTER TABLE vectors ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX vectors_chunk ON vectors (chunk_id);
CREATE INDEX vectors_document ON vectors (workspace_id, document_id);
SELECT seal('vectors');
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE vectors, embedding_versions, term_counts, chunks, document_tables, pages, documents")
