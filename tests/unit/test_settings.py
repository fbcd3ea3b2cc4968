"""Settings: defaults that work, every wrong value named at once, every option explained."""

from pathlib import Path

import pytest

from settings import Settings, SettingsError, get_settings


@pytest.fixture(autouse=True)
def _fresh() -> None:
    get_settings.cache_clear()


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIOMI_PORT", "eighty")
    monkeypatch.setenv("SHIOMI_WORKERS", "0")
    monkeypatch.setenv("SHIOMI_BROKER_URL", "http://broker")
    with pytest.raises(SettingsError) as wrong:
        get_settings()
    assert [line.split(":")[0] for line in str(wrong.value).splitlines()] == [
        "SHIOMI_PORT",
        "SHIOMI_WORKERS",
        "SHIOMI_BROKER_URL",
    ]


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIOMI_PORT", "")
    assert Settings().port == 8000


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_has_a_line_of_help(name: str) -> None:
    assert Settings.model_fields[name].description


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIOMI_OPENAI_API_KEY", "sk-very-secret")
    assert "very-secret" not in repr(Settings())


def settings_table() -> str:
    """Write the settings as docs/operations.md shows them."""
    rows = [
        f"| `SHIOMI_{name.upper()}` | {'' if field.default is None else f'`{field.default}`'} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it does |", "|---|---|---|", *rows])


def test_the_operations_guide_shows_every_setting_as_it_is() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
    assert guide.split("<!-- settings -->")[1].strip() == settings_table()


@pytest.mark.parametrize("value", ["file:///var/blobs", "UseDevelopmentStorage=true", "AccountName=a;AccountKey=Zm9v"])
def test_a_folder_or_an_azure_account_can_hold_the_blobs(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SHIOMI_BLOB_URL", value)
    assert get_settings().blob_url is not None
    assert value not in repr(get_settings())


@pytest.mark.parametrize(
    "value", ["/var/blobs", "file:blobs", "file://host/blobs", "https://a.blob.core.windows.net", "x"]
)
def test_anything_else_can_not_and_is_not_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SHIOMI_BLOB_URL", value)
    with pytest.raises(SettingsError) as wrong:
        get_settings()
    assert str(wrong.value) == (
        "SHIOMI_BLOB_URL: must be a file:///absolute/path URL or an Azure Storage connection string"
    )
