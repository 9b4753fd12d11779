"""The OpenAPI file against the server: schemathesis makes requests from the one and holds the other's answers against it."""
import pathlib
import subprocess
import sys

import pytest


@pytest.mark.parametrize("caller", ["a person", "a program"])
def test_every_answer_is_as_described(wary, tmp_path, caller):
    session, device = wary.register(f"schema-{caller[2:]}")
    if caller == "a person":
        # Signing out or erasing oneself would leave the rest without a session.
        headers = [f"Authorization: Bearer {session}", f"Wary-Device: {device}"]
        paths = ["--include-path-regex", r"^/(v1/(registrations|sign-ins|passkey|pushes|recoveries|tokens|sessions|me)|\.well-known)",
                 "--exclude-operation-id", "erase_own", "--exclude-operation-id", "sign_out"]
    else:
        headers, paths = [f"Authorization: Bearer {wary.key}"], ["--include-path-regex", "^/v1/(registrations|sign-ins|operator)"]
    run = subprocess.run(
        [str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", f"{wary.url}/openapi.json", "--url", wary.url, "--no-color",
         "--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--seed", "1", "--continue-on-failure", "--checks",
         "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection",
         *(argument for header in headers for argument in ("--header", header)), *paths],
        cwd=tmp_path, capture_output=True, text=True, timeout=1200)
    assert run.returncode == 0, run.stdout[-8000:]
