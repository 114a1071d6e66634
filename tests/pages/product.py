"""The product as its API's callers know it: people, teams, invitations and links for the walk to begin with."""

import json
import re
import time
import urllib.request

PASSWORD = "seven violet otters carry lanterns"


class Product:
    """A running product with a development mailbox."""

    def __init__(self, url):
        self.url = url
        self.people = 0
        # Of links that were mailed or shared; nobody may write them down.
        self.secrets = set()

    def call(self, method, path, body=None, token=None):
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def api(self, method, path, body=None, token=None):
        return self.call(method, f"/api/v1{path}", body, token)

    def address(self, name):
        """An address that nobody has yet."""
        self.people += 1
        return f"{name}.{self.people}@example.com"

    def person(self, name, is_proven=True, display_name=None):
        """Somebody with an account."""
        email = self.address(name)
        body = {"email": email, "password": PASSWORD, "display_name": display_name}
        tokens = self.api("POST", "/auth/register", body)["tokens"]
        if is_proven:
            self.api("POST", "/auth/verify-email", {"token": self.mailed(email, "verify-email?token=")})
        return {"email": email, "token": tokens["access_token"]}

    def team(self, owner, name):
        return self.api("POST", "/me/orgs", {"name": name}, owner["token"])["id"]

    def invite(self, owner, team, email, **beside):
        """The invitation just made, with its secret token."""
        made = self.api("POST", f"/orgs/{team}/invitations", {"email": email, **beside}, owner["token"])
        self.secrets.add(made["token"])
        return made

    def link(self, owner, team, **bounds):
        """The link just made, with its secret token."""
        made = self.api("POST", f"/orgs/{team}/invite-links", bounds, owner["token"])
        self.secrets.add(made["token"])
        return made

    def mailed(self, email, mark):
        """The secret behind this mark in the newest such mail to this address, once one is there."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for mail in self.call("GET", "/dev/mail.json"):
                found = re.search(re.escape(mark) + r"([A-Za-z0-9_-]{43})", mail["text"])
                if mail["to"] == email and found:
                    self.secrets.add(found[1])
                    return found[1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {email} with {mark}")
