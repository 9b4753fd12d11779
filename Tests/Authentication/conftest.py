"""A running `wary serve` with accounts, for checks by software that is not Wary's."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "seven quiet rivers"


class Wary:
    """The server's process, its folder, and who calls it."""

    def __init__(self, folder, more="", origins=("https://localhost",)):
        self.folder = folder
        program = os.environ.get("WARY", str(ROOT / ".build/debug/wary"))
        key = subprocess.run([program, "key", "tests", "--scope", "accounts"], capture_output=True, text=True, check=True).stdout
        (folder / "keys.toml").write_text(key)
        (folder / "keys.toml").chmod(0o600)
        self.key = re.search(r"wary_tests_\S+", key)[0]
        (folder / "wary.toml").write_text(f"""
data = "data"
policies = ["{ROOT}/Policies/customer_sign_in.wary", "{folder}/policies"]
http_listen = "127.0.0.1:0"
http_keys = "keys.toml"
[accounts]
folder = "accounts"
issuer = "https://id.example.org"
audience = "shop"
origins = {json.dumps(list(origins))}
messages_file = "mail"
{more}
""")
        shutil.copytree(ROOT / "Policies/accounts", folder / "policies")
        # Every test comes from one address, and registers there: the starter policy would refuse the seventh.
        (folder / "policies/registration.wary").write_text(
            "policy registration { for registration }\ndecide { allow otherwise }\n")
        self.log = open(folder / "log", "w")
        self.process = subprocess.Popen([program, "serve", "--config", "wary.toml"], cwd=folder, stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        for line in self.process.stdout:
            if found := re.search(r"listens on (127\.0\.0\.1:\d+)", line):
                self.url = f"http://{found[1]}"
                return
        raise RuntimeError((folder / "log").read_text())

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0

    def call(self, method, path, body=None, session=None, device=None, **headers):
        if session:
            headers["Authorization"] = f"Bearer {session}"
        if device:
            headers["Wary-Device"] = device
        headers = {"User-Agent": "Mozilla/5.0"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(method, self.url + path, json=body, headers=headers, timeout=60)

    def register(self, name):
        """A new account's session and device."""
        answer = self.call("POST", "/v1/registrations", {"identifier": name, "password": PASSWORD}).json()
        return answer["token"], answer["device"]

    def sign_in(self, name, device, **more):
        return self.call("POST", "/v1/sign-ins", {"identifier": name, "credential": {"password": PASSWORD}, **more}, device=device)

    def letters(self, count):
        """The messages that were sent, once there are so many."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            lines = (self.folder / "mail").read_text().splitlines() if (self.folder / "mail").exists() else []
            if len(lines) >= count:
                return [json.loads(line) for line in lines]
            time.sleep(0.05)
        raise TimeoutError(f"{len(lines)} letters instead of {count}")


@pytest.fixture(scope="session")
def wary(tmp_path_factory):
    server = Wary(tmp_path_factory.mktemp("wary"))
    yield server
    server.stop()


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
