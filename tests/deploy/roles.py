"""The roles of docs/runbooks/database-roles.md, made as the page says in the Postgres of the tests."""

import re
import subprocess

from truth import DATABASES, ROOT

PAGE = (ROOT / "docs/runbooks/database-roles.md").read_text()


def statements(*marks):
    """The page's one block of SQL that begins with each of these words."""
    blocks = [re.sub(r"(?m)^ +", "", block) for block in re.findall(r"```sql\n(.*?)```", PAGE, re.S)]
    for mark in marks:
        (block,) = [block for block in blocks if block.startswith(mark)]
        yield block


def psql(server, database, text, user=None):
    url = server.replace("guildhall@", f"{user}@") if user else server
    words = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", f"{url}/{database}"]
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60)


class Roles:
    """Those of one product whose databases begin with another word than guildhall, as its roles then do."""

    def __init__(self, server, prefix):
        self.server, self.prefix = server, prefix

    def own(self, text):
        return text.replace("guildhall_", f"{self.prefix}_")

    def run(self, database, text, user=None):
        done = psql(self.server, database, self.own(text), user)
        assert done.returncode == 0, done.stderr

    def make(self):
        for block in statements("CREATE ROLE guildhall_migrate", "CREATE ROLE guildhall_services"):
            self.run("postgres", block)

    def databases(self):
        return [f"{self.prefix}_{service.replace('-', '_')}" for service in DATABASES]

    def grant(self):
        """Once there are databases."""
        for database in self.databases():
            for block in statements(*(f"GRANT USAGE ON SCHEMA public TO guildhall_{whom}" for whom in ("app", "services"))):
                self.run(database, block, f"{self.prefix}_migrate")

    def url(self, role):
        return self.server.replace("guildhall@", f"{self.prefix}_{role.replace('-', '_')}@") + "/"

    def secret(self):
        """guildhall-database, as the guide makes it."""
        own = {f"{service}-url": self.url(service) for service in DATABASES}
        return own | {"url": self.url("app"), "migrate-url": self.url("migrate")}
