"""The program itself is asked, pod by pod, whether it can work with the settings that it is given; the compose file's too.

Needs the binary; tests/deploy.sh brings it."""

import re
import subprocess
import unittest

from machine import BINARY, Machine, certificates
from manifests import env_of, overlay, overlays
from test_image import filled_compose
from test_start import MADE_UP


def asked(machine, workload):
    """What `guildhall config check` says of a pod's own arguments, variables and files."""
    served = workload.main["args"][1]
    run = machine.run(workload, workload.main, "config", "check", served)
    return run.returncode, run.stderr


class EverySetting(unittest.TestCase):
    def test_every_pod_of_every_overlay_can_work_with_its_settings(self):
        for name in overlays():
            manifests = overlay(name)
            machine = Machine(manifests, MADE_UP | certificates(manifests), "settings")
            self.addCleanup(machine.close)
            for workload in manifests.ours:
                if workload.serves:
                    with self.subTest(overlay=name, pod=str(workload)):
                        self.assertEqual(asked(machine, workload), (0, ""))

    def test_a_value_that_cannot_be_one_is_noticed(self):
        manifests = overlay("production")
        machine = Machine(manifests, MADE_UP, "settings")
        self.addCleanup(machine.close)
        (config,) = [manifest for manifest in manifests.of("ConfigMap") if "config.toml" in manifest["data"]]
        config["data"]["config.toml"] += 'access_token_seconds = "ten"\n'
        for workload in manifests.ours:
            if workload.serves:
                code, said = asked(machine, workload)
                self.assertNotEqual(code, 0, workload)
                self.assertRegex(said, "(?i)access_token_seconds")

    def test_the_settings_of_the_compose_file_can_be_used(self):
        service = filled_compose()["services"]["guildhall"]
        key = MADE_UP["guildhall-keys"]["encryption-key"].strip()
        env = {name: re.sub("^secret$", key, value) for name, value in service["environment"].items()}
        words = [str(BINARY), "config", "check", service["command"][1]]
        run = subprocess.run(words, env=env, capture_output=True, text=True, timeout=30)
        self.assertEqual((run.returncode, run.stderr), (0, ""))


class TheMailCatcher(unittest.TestCase):
    def test_the_laptop_sends_mail_to_the_catcher_that_it_brings(self):
        """By the Service of the cluster, and by the name in the compose file."""
        dev = overlay("dev")
        service = dev.get("Service", "mail-catcher")
        ports = {entry["name"]: entry["port"] for entry in service["spec"]["ports"]}
        (pod,) = dev.selected(service["spec"]["selector"])
        self.assertEqual({port["name"]: port["containerPort"] for port in pod.ports}, ports)
        said = f"smtp://{service['metadata']['name']}:{ports['smtp']}"
        machine = Machine(dev, {}, "mail")
        self.addCleanup(machine.close)
        for workload in dev.ours:
            if "GUILDHALL_MAIL_FILE" in env_of(workload.main):
                self.assertEqual(machine.contents(workload.volumes["smtp"])["url"], said)
        compose = filled_compose()["services"]
        self.assertEqual(compose["guildhall"]["environment"]["GUILDHALL_MAIL"], said)
        self.assertIn("mail-catcher", compose)
