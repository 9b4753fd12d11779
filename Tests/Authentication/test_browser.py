"""Passkeys in a real browser: Docs/clients/passkeys.html in headless Chromium, with its virtual authenticator."""
import http.server
import pathlib
import shutil
import threading

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from selenium.webdriver.support.ui import WebDriverWait

from conftest import PASSWORD, ROOT, Wary

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="Chromium and its driver are not installed")


class Site(http.server.BaseHTTPRequestHandler):
    """The page, and Wary behind it under the same origin."""

    def handle_all(self):
        if not self.path.startswith("/v1/"):
            return self.reply(200, [("Content-Type", "text/html")], (ROOT / "Docs/clients/passkeys.html").read_bytes())
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
        answer = requests.request(self.command, self.server.wary.url + self.path, data=body, headers=kept, timeout=60)
        fields = [(name, value) for name, value in answer.raw.headers.items() if name.lower() not in ("content-length", "connection")]
        self.reply(answer.status_code, fields, answer.content)

    do_GET = do_POST = do_PUT = do_DELETE = handle_all

    def reply(self, status, fields, body):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def page(tmp_path, free_port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port), Site)
    origin = f"http://localhost:{free_port}"
    server.wary = Wary(tmp_path, origins=[origin])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}/browser"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    authenticator = VirtualAuthenticatorOptions()
    authenticator.protocol, authenticator.transport = "ctap2", "internal"
    authenticator.has_resident_key = authenticator.has_user_verification = authenticator.is_user_verified = True
    browser.add_virtual_authenticator(authenticator)
    browser.get(origin)
    yield browser
    browser.quit()
    server.shutdown()
    server.wary.stop()


def said(browser, before=""):
    WebDriverWait(browser, 120).until(lambda b: b.find_element(By.ID, "says").text not in ("", before))
    return browser.find_element(By.ID, "says").text


def test_register_and_sign_in(page):
    page.find_element(By.ID, "name").send_keys("anna")
    page.find_element(By.ID, "password").send_keys(PASSWORD)
    page.find_element(By.CSS_SELECTOR, "form button").click()
    assert said(page) == "added webauthn"
    names = {cookie["name"]: cookie for cookie in page.get_cookies()}
    assert names["__Host-wary_session"]["httpOnly"] and names["__Host-wary_session"]["secure"] and names["__Host-wary_session"]["sameSite"] == "Lax"
    assert page.execute_script("return document.cookie") == "", "no script sees them"
    page.find_element(By.ID, "sign-in").click()
    assert said(page, "added webauthn") == "signed in: urn:wary:acr:3"
    page.set_user_verified(False)
    page.find_element(By.ID, "sign-in").click()
    assert said(page, "signed in: urn:wary:acr:3").startswith("failed"), "without its user's finger a passkey is none"
