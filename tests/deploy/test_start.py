"""The rendered pods are started for real, on this machine, with a Postgres of their own: the binary takes every
argument and setting, finds every file, calls along every Service, gets ready by its own probes, and stops in time.

Needs the binary, grpcurl and TEST_POSTGRES_URL; tests/deploy.sh brings them."""

import json
import os
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

from aiosmtpd.controller import Controller
from machine import BINARY, Machine, certificates, free_port, post, text_of
from manifests import env_of, overlay
from test_guide import restore_pod, run_in_pods
from test_image import DOCKERFILE, compose
from truth import EXPECTED_SECRETS, METRICS, edges

GRPCURL = Path(sys.executable).parent / "grpcurl"
POSTGRES = os.environ.get("TEST_POSTGRES_URL")
MADE_UP = {
    "guildhall-database": dict.fromkeys(EXPECTED_SECRETS["guildhall-database"], f"{POSTGRES}/"),
    "guildhall-keys": {
        "encryption-key": "Zm9yLXRlc3RzLWFsb25lLWFuZC1ub3QtYS1rZXktISE=\n",
        "gateway-key": "Zm9yLXRoZS1nYXRld2F5LW9mLXRlc3RzLWFsb25lLSE=\n",
        "service-secrets": "for-tests-alone-and-no-secret-at-all\n",
    },
    "guildhall-smtp": {"url": "smtp://127.0.0.1:1\n"},
    "guildhall-database-ca": {"ca.crt": ""},
    "guildhall-stripe": {"secret-key": "sk_test_of_nobody", "webhook-secret": "whsec_of_nobody"},
}


@unittest.skipUnless(POSTGRES, "needs the binary and TEST_POSTGRES_URL: run tests/deploy.sh")
class TheProductOfTheManifests(unittest.TestCase):
    maxDiff = None

    def machine(self, manifests, databases):
        machine = Machine(manifests, MADE_UP | certificates(manifests), databases)
        self.addCleanup(machine.close)
        return machine

    def migrated(self, machine):
        job = next(workload for workload in machine.manifests.workloads if workload.kind == "Job")
        done = machine.run(job, job.main)
        self.assertEqual(done.returncode, 0, done.stderr)

    def started(self, machine):
        """Every pod with its process, ready by its own probes, once somebody could sign up."""
        self.migrated(machine)
        serving = [workload for workload in machine.manifests.ours if workload.serves]
        self.assertEqual(len(serving), 5)
        processes = {workload: machine.start(workload) for workload in serving}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            for workload, process in processes.items():
                machine.wait_until_well(workload, process, probe)
        by_name = {workload.name: workload for workload in serving}
        api = machine.url(by_name["gateway"], 8080) + "/api/v1"
        account = post(f"{api}/auth/register", {"email": "alice@example.com", "password": "a long phrase of mine"})
        self.assertIn("access_token", account["tokens"])
        return by_name, processes

    def test_the_pods_of_a_laptop_start_with_the_secrets_that_it_brings_and_send_mail(self):
        mails = []

        class Catcher:
            async def handle_DATA(self, _server, _session, envelope):
                mails.append(envelope)
                return "250 taken"

        catcher = Controller(Catcher(), hostname="127.0.0.1", port=free_port())
        catcher.start()
        self.addCleanup(catcher.stop)
        # The two that name a host of the cluster.
        elsewhere = {"guildhall-smtp": {"url": f"smtp://127.0.0.1:{catcher.port}"}}
        elsewhere["guildhall-database"] = MADE_UP["guildhall-database"]
        machine = Machine(overlay("dev"), elsewhere, "laptop")
        self.addCleanup(machine.close)
        _, processes = self.started(machine)
        deadline = time.monotonic() + 30
        while not mails and time.monotonic() < deadline:
            time.sleep(0.1)
        first = [(mail.mail_from, mail.rcpt_tos) for mail in mails[:1]]
        self.assertEqual(first, [("no-reply@guildhall.localhost", ["alice@example.com"])])
        self.all_stop(machine, processes)

    def all_stop(self, machine, processes):
        for workload, process in processes.items():
            self.assertEqual(
                machine.stop(process, workload.pod["terminationGracePeriodSeconds"]), 0, machine.log(workload)
            )

    def test_five_deployments_call_each_other_over_tls_and_tell_when_their_certificates_end(self):
        machine = self.machine(overlay("tests/mtls"), "five_tls")
        by_name, processes = self.started(machine)
        for name, workload in by_name.items():
            told = text_of(machine.url(workload, 9090) + "/metrics")
            files = set(re.findall(r'(?m)^guildhall_tls_cert_not_after_seconds\{file="(\w+)"\} \d+$', told))
            callers = set() if name == "gateway" else {"client_ca"}
            self.assertEqual(files, {"certificate", "upstream_ca"} | callers, workload)
            if name == "gateway":
                continue
            # In plain text nobody is answered.
            port = machine.ports[str(workload), 50051]
            question = [str(GRPCURL), "-plaintext", "-max-time", "3", f"127.0.0.1:{port}", "list"]
            asked = subprocess.run(question, capture_output=True, timeout=20)
            self.assertNotEqual(asked.returncode, 0, workload)
        self.all_stop(machine, processes)

    def test_five_deployments_become_ready_serve_and_stop(self):
        machine = self.machine(overlay("production"), "five")
        by_name, processes = self.started(machine)
        serving = by_name.values()

        # What alerts and the dashboard speak of is told by every process.
        for workload in serving:
            told = text_of(machine.url(workload, 9090) + "/metrics")
            names = set(re.findall(r"(?m)^(guildhall_[a-z_]+)", told))
            self.assertEqual(METRICS - names, set(), workload)

        # As `kubectl exec deploy/identity -- guildhall …` does.
        identity = by_name["identity"]
        made = machine.run(identity, identity.main, "admin", "create", "--email", "you@example.com")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn("https://accounts.example.com/reset-password?token=", made.stdout)

        self.all_stop(machine, processes)

    def test_one_pod_with_sqlite_migrates_its_files_serves_and_stops(self):
        machine = self.machine(overlay("tests/sqlite"), "one_pod")
        (pod,) = machine.manifests.ours
        done = machine.run(pod, pod.pod["initContainers"][0])
        self.assertEqual(done.returncode, 0, done.stderr)
        process = machine.start(pod)
        machine.wait_until_well(pod, process)
        api = machine.url(pod, 8080) + "/api/v1"
        account = post(f"{api}/auth/register", {"email": "bob@example.com", "password": "a long phrase of mine"})
        self.assertIn("access_token", account["tokens"])
        self.assertEqual(machine.stop(process, pod.pod["terminationGracePeriodSeconds"]), 0, machine.log(pod))

    def test_a_backup_of_the_pod_with_sqlite_is_put_back_by_the_pod_of_the_guide(self):
        machine = self.machine(overlay("tests/sqlite"), "put_back")
        (pod,) = machine.manifests.ours
        (restoring,) = restore_pod(pod)["spec"]["containers"]
        (backing_up,) = [words for words in run_in_pods() if words[0] == "backup"]
        sign_in = {"email": "bob@example.com", "password": "a long phrase of mine"}

        def served(path, body):
            process = machine.start(pod)
            machine.wait_until_well(pod, process)
            account = post(machine.url(pod, 8080) + path, body)
            self.assertIn("access_token", account["tokens"])
            done = machine.run(pod, pod.main, *backing_up) if path.endswith("register") else None
            self.assertEqual(machine.stop(process, pod.pod["terminationGracePeriodSeconds"]), 0, machine.log(pod))
            return done

        self.assertEqual(machine.run(pod, pod.pod["initContainers"][0]).returncode, 0)
        made = served("/api/v1/auth/register", sign_in)
        self.assertEqual(made.returncode, 0, made.stderr)
        refused = machine.run(pod, restoring)
        self.assertEqual(refused.returncode, 4, "databases are in the way")
        data = Path(machine.mounted(pod, restoring)["/data"])
        (data / "before").mkdir()
        for file in data.glob("*.db*"):
            file.rename(data / "before" / file.name)
        done = machine.run(pod, restoring)
        self.assertEqual(done.returncode, 0, done.stderr)
        served("/api/v1/auth/login", sign_in)

    def test_a_pod_that_comes_before_the_job_lives_and_turns_ready_after_it(self):
        machine = self.machine(overlay("production"), "before_the_job")
        organizations = next(workload for workload in machine.manifests.ours if workload.name == "organizations")
        identity = next(workload for workload in machine.manifests.ours if workload.name == "identity")
        processes = {workload: machine.start(workload) for workload in (organizations, identity)}
        for workload, process in processes.items():
            machine.wait_until_well(workload, process, "startupProbe")
            self.assertTrue(machine.is_well(workload, "livenessProbe"))
            self.assertFalse(machine.is_well(workload, "readinessProbe"))
        self.migrated(machine)
        for workload, process in processes.items():
            machine.wait_until_well(workload, process, "readinessProbe")

    def test_every_command_that_is_written_down_exists(self):
        written = [tuple(map(str, container["args"])) for w in overlay("production").ours for container in w.containers]
        written += [tuple(service["command"]) for service in compose().values() if "guildhall" in service["image"]]
        written += run_in_pods()
        written += [tuple(json.loads(words)[1:]) for words in re.findall(r"CMD (\[.*\])", DOCKERFILE)]
        self.assertGreaterEqual(len(written), 11)
        for words in set(written):
            # A word that the program does not know is told before any help.
            asked = subprocess.run([BINARY, *words, "--help"], capture_output=True, text=True, timeout=30, env={})
            self.assertEqual(asked.returncode, 0, f"{' '.join(words)}: {asked.stderr}")

    def test_nobody_starts_without_a_variable_that_the_manifests_give_it(self):
        machine = self.machine(overlay("production"), "lacking")
        self.migrated(machine)
        graph = set()
        for workload in machine.manifests.ours:
            if not workload.serves:
                continue
            needed = [name for name in env_of(workload.main) if name.startswith("GUILDHALL_UPSTREAM_")]
            needed += [
                name
                for name in ("GUILDHALL_ENCRYPTION_KEY_FILE", "GUILDHALL_MAIL_FILE")
                if name in env_of(workload.main)
            ]
            for name in needed:
                ended = machine.run(workload, workload.main, without=(name,), timeout=30)
                self.assertNotEqual(ended.returncode, 0, f"{workload} serves without {name}")
                self.assertIn(name.removesuffix("_FILE"), ended.stdout + ended.stderr)
            called = [name for name in needed if "UPSTREAM" in name]
            graph |= {
                (workload.name, name.removeprefix("GUILDHALL_UPSTREAM_").split("_")[0].lower()) for name in called
            }
        self.assertEqual(graph, edges())
