"""Mail over STARTTLS and with a password, to aiosmtpd; and a server that nobody vouches for."""
import datetime
import email
import email.policy
import ipaddress
import re
import ssl
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from conftest import PASSWORD, Wary


def certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


class Mailbox:
    def __init__(self):
        self.letters, self.sessions, self.passwords = [], [], []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        self.sessions.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.passwords.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == b"a secret")

    def wait(self, count):
        deadline = time.monotonic() + 60
        while len(self.letters) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.letters) == count
        return self.letters[-1]


@pytest.fixture(params=["starttls", "tls"])
def post(request, tmp_path, free_port):
    """A mail server, and Wary set up to use it."""
    box, context = Mailbox(), certificate(tmp_path, "mail")
    if request.param == "starttls":
        server = Controller(box, hostname="127.0.0.1", port=free_port, tls_context=context, require_starttls=True, authenticator=box.authenticate, auth_required=True)
    else:
        server = Controller(box, hostname="127.0.0.1", port=free_port, ssl_context=context, authenticator=box.authenticate, auth_required=True, auth_require_tls=False)
    server.start()
    (tmp_path / "password").write_text("a secret\n")
    wary = Wary(tmp_path, f"""
service = "Corner Shop"
smtp = "localhost:{free_port}"
smtp_from = "accounts@shop.example"
smtp_user = "shop"
smtp_password_file = "password"
smtp_security = "{request.param}"
smtp_authorities = "mail.pem"
""")
    yield wary, box, request.param
    wary.stop()
    server.stop()


def test_a_code_reaches_its_reader(post):
    wary, box, security = post
    begun = wary.call("POST", "/v1/registrations", {"identifier": "Zoe@example.org", "password": PASSWORD, "language": "fr"}).json()
    sender, recipients, letter = box.wait(1)
    assert sender == "accounts@shop.example" and recipients == ["Zoe@example.org"]
    assert box.sessions == [True] or security == "tls"
    assert box.passwords == [("PLAIN", b"shop", b"a secret")]
    assert letter["From"] == "accounts@shop.example" and letter["Auto-Submitted"] == "auto-generated" and letter["Message-ID"].endswith("@shop.example>")
    text = letter.get_content()
    assert "Corner Shop" in text and "confirme" in text
    code = re.search(r"\d{6}", letter["Subject"])[0]
    done = wary.call("POST", f"/v1/registrations/{begun['id']}/verification", {"code": code}, device=begun["device"])
    assert done.status_code == 201
    # A recovery, with an address that has no account: a letter goes out all the same.
    wary.call("POST", "/v1/recoveries", {"identifier": "nobody@example.org"})
    assert box.wait(2)[1] == ["nobody@example.org"]


def test_nothing_goes_to_a_server_that_nobody_vouches_for(tmp_path, free_port):
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port, tls_context=certificate(tmp_path, "other"), require_starttls=True)
    server.start()
    certificate(tmp_path, "mail")
    wary = Wary(tmp_path, f'smtp = "localhost:{free_port}"\nsmtp_from = "a@shop.example"\nsmtp_authorities = "mail.pem"\n')
    try:
        answer = wary.call("POST", "/v1/registrations", {"identifier": "anna@example.org", "password": PASSWORD})
        assert answer.status_code in (202, 503)
        deadline = time.monotonic() + 60
        while "cannot be reached" not in (tmp_path / "log").read_text() and answer.status_code == 202 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert box.letters == []
        assert "anna" not in (tmp_path / "log").read_text()
    finally:
        wary.stop()
        server.stop()
