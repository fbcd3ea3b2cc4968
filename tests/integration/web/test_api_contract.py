import os
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = int(os.environ.get("SHIOMI_TEST_EXAMPLES", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    allow_header_conformance,
]
ENDLESS = ("/events",)


def test_the_description_holds_every_call_of_the_contract(api: FlaskClient) -> None:
    described = api.get("/api/v1/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    assert described["paths"].keys() >= {
        "/api/v1/jobs", "/api/v1/jobs/{job_id}", "/api/v1/jobs/{job_id}/cancel", "/api/v1/jobs/{job_id}/retry",
        "/api/v1/jobs/{job_id}/events", "/api/v1/documents/{document_id}", "/api/v1/documents/{document_id}/text",
        "/api/v1/search", "/api/health", "/api/health/detailed",
    }  # fmt: skip


def test_the_page_of_the_description_asks_only_here(api: FlaskClient) -> None:
    page = api.get("/api/docs").text
    assert "http://" not in page
    assert "https://" not in page


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_every_call_keeps_to_its_description(app: Flask, caller: Any) -> None:
    headers = {"Authorization": caller("admin").environ_base["HTTP_AUTHORIZATION"], "Accept-Language": "en"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # or it raises
    for operation in operations:
        if operation.path.startswith("/api/v1") and not operation.path.endswith(ENDLESS):
            _hold(operation, headers)


def _hold(operation: Any, headers: dict[str, str]) -> None:
    cases = operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE)

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def check(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()
