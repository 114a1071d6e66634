"""Five pods with a role each, as the guide has them: what they need they have, and nothing of what others keep.

Needs the binary and TEST_POSTGRES_URL; tests/deploy.sh brings them."""

import json
import unittest

from machine import Machine, post
from manifests import overlay
from roles import Roles, psql
from test_start import MADE_UP, POSTGRES


@unittest.skipUnless(POSTGRES, "needs the binary and TEST_POSTGRES_URL: run tests/deploy.sh")
class ARoleForEachService(unittest.TestCase):
    def setUp(self):
        self.roles = Roles(POSTGRES, "apart")
        self.roles.make()
        secrets = MADE_UP | {"guildhall-database": self.roles.secret()}
        self.machine = Machine(overlay("production"), secrets, self.roles.prefix)
        self.addCleanup(self.machine.close)
        self.pods = {workload.component: workload for workload in self.machine.manifests.ours}

    def told(self, component, *words):
        """What a command says in a pod, which has to succeed."""
        pod = self.pods[component]
        done = self.machine.run(pod, pod.main, *words)
        self.assertEqual(done.returncode, 0, f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_each_does_its_work_with_its_own_and_may_read_no_others(self):
        migrate = self.pods.pop("migrate")
        done = self.machine.run(migrate, migrate.main)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.roles.grant()
        self.pods["migrate"] = migrate
        processes = {pod: self.machine.start(pod) for name, pod in self.pods.items() if name != "migrate"}
        for pod, process in processes.items():
            self.machine.wait_until_well(pod, process)
        api = self.machine.url(self.pods["gateway"], 8080) + "/api/v1"
        post(f"{api}/auth/register", {"email": "alice@example.com", "password": "a long phrase of mine"})

        self.commands_are_run_where_the_guide_says()
        for database in self.roles.databases():
            for role in self.roles.databases():
                for change in ("SELECT count(*) FROM audit_log", "DELETE FROM audit_log WHERE false"):
                    may = psql(POSTGRES, database, change, role).returncode == 0
                    self.assertEqual(may, role == database, f"{role} in {database}: {change}")
                self.assertNotEqual(psql(POSTGRES, database, "CREATE TABLE door (id int)", role).returncode, 0)
        for pod, process in processes.items():
            self.assertEqual(self.machine.stop(process, 45), 0, self.machine.log(pod))

    def commands_are_run_where_the_guide_says(self):
        pod = self.pods["identity"]
        found = self.machine.run(pod, pod.main, "doctor", "--output", "json").stdout.splitlines()
        outcomes = {finding["check"]: finding["outcome"] for finding in map(json.loads, found)}
        of_databases = {check: outcome for check, outcome in outcomes.items() if check.startswith("database ")}
        self.assertEqual(set(of_databases.values()), {"ok"}, found)
        self.assertEqual((len(of_databases), outcomes["signing keys"], outcomes["clock"]), (4, "ok", "ok"))
        self.told("identity", "migrate", "status")
        self.assertIn("alice@example.com", self.told("identity", "user", "list"))
        self.told("identity", "epoch", "renew")
        self.told("organizations", "org", "list")
        self.told("billing", "billing", "verify")
        self.told("invitations", "outbox", "list", "--service", "invitations")
        for words in (("audit", "export"), ("outbox", "list"), ("user", "export", "alice@example.com")):
            self.assertTrue(self.told("migrate", *words), words)
        self.told("migrate", "migrate", "verify")
        self.told("migrate", "user", "delete", "alice@example.com", "--yes-i-know-what-im-doing", "--wait", "0")
