"""Turn bytes into frozen dataclasses; remember nothing and know no database."""
