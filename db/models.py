"""The model that a workspace chose for each purpose, and how it wants each model to be asked."""

from dataclasses import dataclass

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class Choice:
    """What was chosen for a purpose; without a model, none shall be used."""

    purpose: str
    provider: str | None
    model: str | None
    changed_by: str


@dataclass(frozen=True)
class Config:
    """How a model is asked; None leaves the default."""

    temperature: float | None = None
    max_tokens: int | None = None
    context_length: int | None = None


def choice(connection: Connection, purpose: str) -> Choice | None:
    """Give what was chosen; None leaves it to the settings."""
    cursor = connection.cursor(row_factory=class_row(Choice))
    return cursor.execute(
        "SELECT purpose, provider, model, changed_by FROM model_choices WHERE purpose = %s", (purpose,)
    ).fetchone()


def choose(connection: Connection, workspace: str, choice: Choice) -> None:
    """Choose a model for a purpose from now on."""
    connection.execute(
        "INSERT INTO model_choices (workspace_id, purpose, provider, model, changed_by) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (workspace_id, purpose) DO UPDATE SET provider = excluded.provider, model = excluded.model, "
        "changed_by = excluded.changed_by, changed_at = now()",
        (workspace, choice.purpose, choice.provider, choice.model, choice.changed_by),
    )


def forget_choice(connection: Connection, purpose: str) -> None:
    """Leave a purpose to the settings again."""
    connection.execute("DELETE FROM model_choices WHERE purpose = %s", (purpose,))


def config(connection: Connection, provider: str, model: str) -> Config | None:
    """Give how a model is to be asked."""
    cursor = connection.cursor(row_factory=class_row(Config))
    return cursor.execute(
        "SELECT temperature, max_tokens, context_length FROM model_configs WHERE provider = %s AND model = %s",
        (provider, model),
    ).fetchone()


def configure(connection: Connection, workspace: str, provider: str, model: str, config: Config) -> None:
    """Say how a model is to be asked from now on."""
    connection.execute(
        "INSERT INTO model_configs (workspace_id, provider, model, temperature, max_tokens, context_length) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (workspace_id, provider, model) DO UPDATE SET "
        "temperature = excluded.temperature, max_tokens = excluded.max_tokens, context_length = excluded.context_length",
        (workspace, provider, model, config.temperature, config.max_tokens, config.context_length),
    )
