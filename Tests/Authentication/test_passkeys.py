"""Passkeys of a software authenticator (soft-webauthn, on Yubico's fido2)."""
import base64

import pytest
from soft_webauthn import SoftWebauthnDevice

ORIGIN = "https://localhost"


def decode(text):
    return base64.urlsafe_b64decode(text + "==")


def encode(data):
    return base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode()


class Authenticator(SoftWebauthnDevice):
    """Verifies its user, which soft-webauthn's own does not."""

    def sign(self, options, origin=ORIGIN, verifies=True):
        self.verifies = verifies
        public = options["publicKey"] if "publicKey" in options else options
        challenge = decode(public["challenge"])
        answer = self.get({"publicKey": {"rpId": public["rpId"], "challenge": challenge}}, origin)
        data = bytearray(answer["response"]["authenticatorData"])
        if verifies:
            data[32] |= 0x04
        client = answer["response"]["clientDataJSON"]
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        digest = hashes.Hash(hashes.SHA256())
        digest.update(client)
        signature = self.private_key.sign(bytes(data) + digest.finalize(), ec.ECDSA(hashes.SHA256()))
        return {"id": encode(self.credential_id), "rawId": encode(self.credential_id), "type": "public-key", "response": {
            "clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature),
            "userHandle": encode(self.user_handle)}}

    def make(self, options, origin=ORIGIN):
        public = options["publicKey"] if "publicKey" in options else options
        answer = self.create({"publicKey": {
            "rp": public["rp"], "user": {**public["user"], "id": decode(public["user"]["id"])}, "challenge": decode(public["challenge"]),
            "pubKeyCredParams": public["pubKeyCredParams"], "attestation": "none"}}, origin)
        attestation = bytearray(answer["response"]["attestationObject"])
        # The flags stand behind the hash of the relying party's id; `none` signs nothing.
        from hashlib import sha256
        place = bytes(attestation).index(sha256(public["rp"]["id"].encode()).digest()) + 32
        attestation[place] |= 0x04
        return {"id": encode(self.credential_id), "rawId": encode(self.credential_id), "type": "public-key", "clientExtensionResults": {},
                "response": {"clientDataJSON": encode(answer["response"]["clientDataJSON"]), "attestationObject": encode(attestation),
                             "transports": ["internal"]}}


@pytest.fixture(scope="module")
def owner(wary):
    session, device = wary.register("keys")
    begun = wary.call("POST", "/v1/me/factors/passkeys", {"label": "laptop"}, session).json()
    authenticator = Authenticator()
    path = f"/v1/me/factors/passkeys/{begun['id']}"
    elsewhere = Authenticator().make(begun["options"], "https://evil.example")
    assert wary.call("POST", path, {"credential": elsewhere}, session, device).status_code in (400, 403)
    begun = wary.call("POST", "/v1/me/factors/passkeys", {"label": "laptop"}, session).json()
    bound = wary.call("POST", f"/v1/me/factors/passkeys/{begun['id']}", {"credential": authenticator.make(begun["options"])}, session, device)
    assert bound.status_code == 201, bound.text
    assert bound.json()["factor"] == "webauthn"
    return authenticator, device


def sign_in(wary, authenticator, device, **how):
    begun = wary.call("POST", "/v1/passkey-challenges", {}, device=device).json()
    passkey = authenticator.sign(begun["options"], **how)
    body = {"credential": {"passkey": {"challenge": begun["challenge"], **passkey}}}
    return body, wary.call("POST", "/v1/sign-ins", body, device=device)


def test_sign_in_without_a_name(wary, owner):
    authenticator, device = owner
    body, answer = sign_in(wary, authenticator, device)
    assert answer.status_code == 200, answer.text
    session = answer.json()["session"]
    assert session["acr"] == "urn:wary:acr:3" and "pop" in session["amr"]
    again = wary.call("POST", "/v1/sign-ins", body, device=device)
    assert again.status_code in (403, 410), "a challenge is good once"


def test_another_site_cannot_use_it(wary, owner):
    authenticator, device = owner
    assert sign_in(wary, authenticator, device, origin="https://evil.example")[1].status_code == 403
    assert sign_in(wary, authenticator, device, origin="http://localhost")[1].status_code == 403


def test_without_its_user_it_is_none(wary, owner):
    authenticator, device = owner
    assert sign_in(wary, authenticator, device, verifies=False)[1].status_code == 403


def test_a_counter_that_goes_back_is_refused(wary, owner):
    authenticator, device = owner
    assert sign_in(wary, authenticator, device)[1].status_code == 200
    authenticator.sign_count = 0
    assert sign_in(wary, authenticator, device)[1].status_code == 403
    authenticator.sign_count = 1000
    assert sign_in(wary, authenticator, device)[1].status_code == 200


def test_step_up_by_passkey(wary, owner):
    authenticator, device = owner
    session = wary.sign_in("keys", device).json()["token"]
    begun = wary.call("POST", "/v1/sessions/current/step-up", {}, session, device).json()
    flow = f"/v1/sign-ins/{begun['id']}"
    asked = wary.call("POST", f"{flow}/challenges", {"factor": "webauthn"}, device=device).json()
    answer = wary.call("POST", f"{flow}/answers", {"passkey": authenticator.sign(asked["options"])}, device=device)
    assert answer.json()["session"]["acr"] == "urn:wary:acr:3", answer.text
