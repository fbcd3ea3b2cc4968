"""Which model the settings choose, and what choosing costs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from llm.current import embedder
from llm.embedded_e5 import MODEL, EmbeddedE5
from llm.errors import ModelNotConfiguredError
from llm.openai_embeddings import OpenAIEmbeddings
from llm.registry import get_embedder
from settings import Settings
from tests.conftest import ROOT, pointed_at
from tests.unit.llm.openai_stub import KEY, OpenAIStub

SERVERS = [
    {"openai_api_key": KEY},
    {"openai_base_url": "http://127.0.0.1:9/v1"},
    {"azure_openai_endpoint": "http://127.0.0.1:9"},
]


def chosen(**settings: Any) -> Any:
    return get_embedder(Settings(**settings))


@pytest.mark.parametrize("settings", [{}, {"embedding_model": MODEL}, *SERVERS])
def test_the_embedded_model_is_used_unless_another_is_named(settings: dict[str, Any], tmp_path: Path) -> None:
    found = chosen(data_dir=tmp_path, **settings)
    assert isinstance(found, EmbeddedE5)
    assert (found.model, found.dimension, list(tmp_path.iterdir())) == (MODEL, 384, [])


@pytest.mark.parametrize("settings", SERVERS)
def test_a_named_model_is_asked_of_whichever_server_is_set(settings: dict[str, Any]) -> None:
    found = chosen(embedding_model="text-embedding-3-large", **settings)
    assert isinstance(found, OpenAIEmbeddings)
    assert (found.model, found.dimension) == ("text-embedding-3-large", 3072)


def test_a_named_model_without_a_server_is_an_error_that_names_the_settings() -> None:
    with pytest.raises(ModelNotConfiguredError, match="SHIOMI_OPENAI_API_KEY, SHIOMI_OPENAI_BASE_URL") as raised:
        chosen(embedding_model="text-embedding-3-small")
    assert "SHIOMI_OPENAI_API_KEY" in raised.value.sentence("ja")
    assert not raised.value.passing


def test_the_same_settings_give_the_same_object(tmp_path: Path) -> None:
    named = {"embedding_model": "text-embedding-3-small", "openai_api_key": KEY}
    assert chosen(**named) is chosen(**named)
    assert chosen(**named) is not chosen(**named, embedding_dimension=256)
    assert chosen(data_dir=tmp_path) is chosen(data_dir=tmp_path)
    assert chosen(data_dir=tmp_path) is not chosen(data_dir=tmp_path, model_threads=2)


def test_all_that_is_set_reaches_the_server() -> None:
    with OpenAIStub(256) as stub:
        remote = {"embedding_model": "text-embedding-3-small", "embedding_dimension": 256}
        chosen(openai_api_key=KEY, openai_base_url=stub.base_url, **remote).embed_query("届く")
        azure = {"azure_openai_endpoint": stub.origin, "embedding_api_version": "2025-01-01"}
        chosen(openai_api_key=KEY, **azure, **remote).embed_query("届く")
    direct, by_azure = stub.requests
    assert (direct.headers["authorization"], direct.body["dimensions"]) == (f"Bearer {KEY}", 256)
    assert (by_azure.headers["api-key"], by_azure.query) == (KEY, {"api-version": ["2025-01-01"]})


def test_a_model_that_vectors_were_made_with_comes_before_the_one_that_is_set(tmp_path: Path) -> None:
    variables = {
        "SHIOMI_DATA_DIR": str(tmp_path),
        "SHIOMI_OPENAI_API_KEY": KEY,
        "SHIOMI_EMBEDDING_MODEL": "text-embedding-3-small",
    }
    with pointed_at(variables):
        named = [embedder(name).model for name in (None, MODEL, "text-embedding-3-large")]
    assert named == ["text-embedding-3-small", MODEL, "text-embedding-3-large"]


def test_choosing_loads_no_model_and_no_heavy_package() -> None:
    program = (
        "import sys; from llm.registry import get_embedder; from settings import Settings; "
        "get_embedder(Settings()); print({'onnx', 'onnxruntime', 'sentencepiece', 'openai'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
