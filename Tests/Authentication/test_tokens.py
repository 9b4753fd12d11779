"""Access tokens as PyJWT and Authlib verify them, and forgeries that they make."""
import base64
import hmac
import json

import jwt
import pytest
import requests
from authlib.jose import JsonWebKey, JsonWebToken
from cryptography.hazmat.primitives.asymmetric import ec

ISSUER, AUDIENCE = "https://id.example.org", "shop"


@pytest.fixture(scope="module")
def grant(wary):
    _, device = wary.register("tokens")
    return wary.sign_in("tokens", device, session="signed").json()


def test_pyjwt_verifies_them(wary, grant):
    key = jwt.PyJWKClient(f"{wary.url}/.well-known/jwks.json").get_signing_key_from_jwt(grant["token"])
    claims = jwt.decode(grant["token"], key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE,
                        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})
    assert claims["sub"] == grant["session"]["account"]
    assert claims["acr"] == "urn:wary:acr:1" and claims["amr"] == ["pwd"] and claims["risk"] in ("low", "medium", "high")
    assert claims["exp"] - claims["iat"] == grant["expires_in"] == 300
    assert jwt.get_unverified_header(grant["token"]) == {"alg": "ES256", "typ": "at+jwt", "kid": key.key_id}
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(grant["token"], key, algorithms=["ES256"], audience="another")


def test_authlib_verifies_them(wary, grant):
    keys = JsonWebKey.import_key_set(requests.get(f"{wary.url}/.well-known/jwks.json", timeout=60).json())
    claims = JsonWebToken(["ES256"]).decode(grant["token"], keys, claims_options={
        "iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": AUDIENCE}})
    claims.validate()
    assert claims["sid"] == grant["session"]["id"]


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode() if isinstance(value, dict) else value).rstrip(b"=").decode()


def forgeries(wary, token):
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    kid = jwt.get_unverified_header(token)["kid"]
    jwk = requests.get(f"{wary.url}/.well-known/jwks.json", timeout=60).json()["keys"][0]
    public = json.dumps(jwk).encode()
    stranger = ec.generate_private_key(ec.SECP256R1())
    yield "unsigned", jwt.encode(claims, None, algorithm="none", headers={"kid": kid, "typ": "at+jwt"})
    yield "none, with the signature left", f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{payload}.{signature}"
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{payload}"
    yield "HMAC with the public key", f"{signed}.{part(hmac.digest(public, signed.encode(), 'sha256'))}"
    yield "somebody else's key", jwt.encode(claims, stranger, algorithm="ES256", headers={"kid": kid, "typ": "at+jwt"})
    own_jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(stranger.public_key()))
    yield "a key that comes along", jwt.encode(claims, stranger, algorithm="ES256", headers={"kid": kid, "typ": "at+jwt", "jwk": own_jwk})
    yield "a key from elsewhere", jwt.encode(claims, stranger, algorithm="ES256", headers={"kid": "x", "typ": "at+jwt", "jku": "http://127.0.0.1:1/"})
    yield "changed claims", f"{header}.{part(claims | {'acr': 'urn:wary:acr:3'})}.{signature}"
    yield "another type", f"{part({'alg': 'ES256', 'typ': 'JWT', 'kid': kid})}.{payload}.{signature}"
    yield "critical extensions", f"{part({'alg': 'ES256', 'typ': 'at+jwt', 'kid': kid, 'crit': ['b64'], 'b64': False})}.{payload}.{signature}"
    yield "a padded signature", f"{header}.{payload}.{signature}=="
    yield "no signature", f"{header}.{payload}."
    yield "a fourth part", f"{token}.{signature}"


def test_forgeries_are_refused(wary, grant):
    assert wary.call("GET", "/v1/sessions/current", session=grant["token"]).status_code == 200
    for name, token in forgeries(wary, grant["token"]):
        assert wary.call("GET", "/v1/sessions/current", session=token).status_code == 401, name


def test_a_refresh_token_that_comes_again_ends_the_session(wary):
    _, device = wary.register("refresher")
    first = wary.sign_in("refresher", device, session="signed").json()
    second = wary.call("POST", "/v1/tokens", {"refresh_token": first["refresh_token"]}).json()
    assert wary.call("GET", "/v1/sessions/current", session=second["token"]).status_code == 200
    assert wary.call("POST", "/v1/tokens", {"refresh_token": first["refresh_token"]}).status_code == 401
    assert wary.call("GET", "/v1/sessions/current", session=second["token"]).status_code == 401
    assert wary.call("POST", "/v1/tokens", {"refresh_token": second["refresh_token"]}).status_code == 401
