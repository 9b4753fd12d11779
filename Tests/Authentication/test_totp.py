"""One-time passwords as Debian's oathtool makes them."""
import subprocess
import urllib.parse

import pytest


def oathtool(secret, algorithm, when):
    return subprocess.run(["oathtool", "-b", f"--totp={algorithm}", "-N", when, secret], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256"])
def test_codes_are_accepted_once(wary, algorithm):
    name = f"otp-{algorithm.lower()}"
    session, device = wary.register(name)
    offer = wary.call("POST", "/v1/me/factors/totp", {"algorithm": algorithm, "label": "phone"}, session).json()
    uri = urllib.parse.urlparse(offer["uri"])
    parameters = dict(urllib.parse.parse_qsl(uri.query))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parameters["secret"] == offer["secret"] and parameters.get("algorithm", "SHA1") == algorithm
    path = f"/v1/me/factors/totp/{offer['id']}"
    # Three steps away is outside the window.
    assert wary.call("POST", path, {"code": oathtool(offer["secret"], algorithm, "now - 90 seconds")}, session, device).json()["field"] == "code"
    code = oathtool(offer["secret"], algorithm, "now")
    assert wary.call("POST", path, {"code": code}, session, device).status_code == 201
    begun = wary.call("POST", "/v1/sessions/current/step-up", {}, session, device).json()
    assert begun["status"] == "step_up" and begun["factors"] == ["totp"]
    flow = f"/v1/sign-ins/{begun['id']}"
    assert wary.call("POST", f"{flow}/challenges", {"factor": "totp"}, device=device).status_code == 201
    again = wary.call("POST", f"{flow}/answers", {"code": code}, device=device)
    assert again.status_code == 403 and again.json()["code"] == "wrong", "a code is good once"
    after = oathtool(offer["secret"], algorithm, "now + 30 seconds")
    done = wary.call("POST", f"{flow}/answers", {"code": after}, device=device).json()
    assert done["session"]["acr"] == "urn:wary:acr:2" and "otp" in done["session"]["amr"]
