"""The image and the compose file, as far as they can be held to something without a container engine."""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest
from fnmatch import fnmatch
from pathlib import Path

import compose_spec
import yaml
from manifests import overlay, with_components
from rules.images import IMAGE
from truth import DEPLOY, ROOT, rust_version, served, settings

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def instructions():
    """Keyword and words of every instruction, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE))
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line.strip()]


def said(keyword):
    return [rest for word, rest in instructions() if word == keyword]


def of_the_last_stage(keyword):
    last = max(place for place, (word, _) in enumerate(instructions()) if word == "FROM")
    return [rest for word, rest in instructions()[last:] if word == keyword]


def sent_to_the_builder():
    """Files that are tracked and that .dockerignore lets through, its last fitting line deciding."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    def is_sent(file):
        sent = True
        for line in lines:
            pattern = line.removeprefix("!")
            parts = file.split("/")
            fits = any(fnmatch("/".join(parts[: n + 1]), pattern) for n in range(len(parts)))
            if pattern.startswith("**/"):
                fits = fits or any(fnmatch(part, pattern[3:]) for part in parts)
            if fits:
                sent = line.startswith("!")
        return sent

    return [file for file in tracked if is_sent(file)]


class TheImage(unittest.TestCase):
    def test_hadolint_finds_nothing(self):
        run = subprocess.run(
            [Path(sys.executable).parent / "hadolint", DEPLOY / "Dockerfile"], capture_output=True, text=True
        )
        self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_bases_are_pinned_by_tag_and_digest_and_are_of_one_debian(self):
        bases = dict(rest.split("=", 1) for rest in said("ARG") if "_IMAGE=" in rest)
        self.assertEqual(set(bases), {"BUILD_IMAGE", "RUNTIME_IMAGE"})
        for base in bases.values():
            image = IMAGE.fullmatch(base)
            self.assertTrue(image and image["tag"] and image["digest"], base)
        self.assertIn("bookworm", bases["BUILD_IMAGE"])
        self.assertIn("debian12", bases["RUNTIME_IMAGE"])
        for base in said("FROM"):
            self.assertIn(base.split()[0], ("${BUILD_IMAGE}", "${RUNTIME_IMAGE}", "chef"))

    def test_no_frontend_that_is_another_one_tomorrow_reads_it(self):
        for image in re.findall(r"(?m)^# *syntax *= *(\S+)", DOCKERFILE):
            self.assertRegex(image, r"@sha256:[0-9a-f]{64}$")

    def test_it_is_built_by_the_rust_that_the_workspace_names(self):
        tag = re.search(r"BUILD_IMAGE=rust:([\d.]+)-", DOCKERFILE)[1]
        self.assertEqual(tag.rsplit(".", 1)[0], rust_version())

    def test_dependencies_are_cooked_with_the_flags_of_the_build(self):
        text = re.sub(r"\\\n\s*", " ", DOCKERFILE)

        def flags(verb):
            return set(re.search(rf"cargo {verb} (.*?)(?: --recipe-path| &&|\n)", text)[1].split())

        self.assertEqual(flags("chef cook"), flags("build"))

    def test_what_is_copied_out_is_the_stripped_build_of_the_profile(self):
        (name,) = set(re.findall(r"--profile (\w+)", DOCKERFILE))
        profile = tomllib.loads((ROOT / "Cargo.toml").read_text())["profile"][name]
        self.assertEqual((profile["inherits"], profile["strip"]), ("release", "symbols"))
        self.assertIn(f"cp target/{name}/guildhall /guildhall", DOCKERFILE)

    def test_the_commit_is_told_to_the_last_build_alone(self):
        lines = instructions()
        (told,) = [place for place, (word, rest) in enumerate(lines) if word == "RUN" and "GUILDHALL_COMMIT=" in rest]
        self.assertTrue(lines[told][1].startswith('GUILDHALL_COMMIT="$REVISION" cargo build '), lines[told][1])
        self.assertEqual(lines[told - 1], ("ARG", "REVISION=unknown"))
        cooked = [place for place, (_, rest) in enumerate(lines) if "cargo chef cook" in rest]
        self.assertEqual([place for place in cooked if place > told], [])

    def test_what_it_copies_is_there_and_reaches_the_builder(self):
        sent = sent_to_the_builder()
        for rest in said("COPY"):
            if "--from=" in rest or rest == ". .":
                continue
            for source in rest.split()[:-1]:
                self.assertTrue(any(file == source or file.startswith(f"{source}/") for file in sent), source)

    def test_the_builder_gets_a_whole_workspace_and_no_secret(self):
        sent = sent_to_the_builder()
        self.assertEqual(
            [file for file in sent if file.endswith((".env", ".pem", ".key")) or file.startswith((".git", "deploy"))],
            [],
        )
        with tempfile.TemporaryDirectory() as folder:
            for file in sent:
                target = Path(folder, file)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, target)
            cargo = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]
            run = subprocess.run(cargo, cwd=folder, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_it_runs_as_the_user_of_the_manifests_without_a_shell(self):
        context = overlay("production").ours[0].pod["securityContext"]
        self.assertEqual(of_the_last_stage("USER"), [f"{context['runAsUser']}:{context['runAsGroup']}"])
        self.assertEqual(of_the_last_stage("ENTRYPOINT"), ['["/usr/local/bin/guildhall"]'])
        self.assertEqual(of_the_last_stage("RUN"), [])
        (check,) = of_the_last_stage("HEALTHCHECK")
        self.assertTrue(check.endswith('CMD ["/usr/local/bin/guildhall", "healthcheck"]'), check)
        # Where `kubectl exec deploy/identity -- guildhall …` finds it.
        self.assertIn(" /usr/local/bin/guildhall", of_the_last_stage("COPY")[-1])

    def test_it_names_the_ports_of_the_manifests(self):
        ports = {str(port["containerPort"]) for workload in overlay("production").ours for port in workload.ports}
        self.assertEqual(set(of_the_last_stage("EXPOSE")[0].split()), ports)

    def test_it_says_what_it_is(self):
        (labels,) = of_the_last_stage("LABEL")
        for word in ("title", "description", "licenses", "version", "revision"):
            self.assertIn(f"org.opencontainers.image.{word}=", labels)


COMPOSE = (DEPLOY / "compose.yaml").read_text()


def filled_compose():
    """The compose file with its variables filled in and what it repeats written out."""
    filled = re.sub(r"\$\{GUILDHALL_VERSION:-(\w+)\}", r"\1", COMPOSE)
    return yaml.safe_load(re.sub(r"\$\{\w+:\?[^}]*\}", "secret", filled))


def compose():
    """Its services."""
    return filled_compose()["services"]


class TheComposeFile(unittest.TestCase):
    def setUp(self):
        self.text = yaml.safe_dump(filled_compose())
        self.services = compose()

    def test_it_is_one(self):
        compose_spec.PyCompose.from_yaml(self.text).validate()

    def test_a_misspelt_word_would_be_noticed(self):
        with self.assertRaises(ValueError):
            compose_spec.PyCompose.from_yaml(self.text.replace("stop_grace_period", "stop_grace_perod"))

    def test_secrets_have_no_default(self):
        needed = set(re.findall(r"\$\{(\w+):\?", COMPOSE))
        self.assertEqual(needed, {"GUILDHALL_ENCRYPTION_KEY", "POSTGRES_PASSWORD"})
        self.assertEqual(set(re.findall(r"\$\{(\w+)", COMPOSE)) - needed, {"GUILDHALL_VERSION"})
        self.assertIn("deploy/.env\n", (ROOT / ".gitignore").read_text())

    def test_what_depends_and_is_mounted_is_there(self):
        volumes = yaml.safe_load(self.text)["volumes"]
        for name, service in self.services.items():
            for other, condition in (service.get("depends_on") or {}).items():
                self.assertIn(other, self.services)
                if condition["condition"] == "service_healthy":
                    self.assertIn("healthcheck", self.services[other], f"{name} waits for {other}")
            for volume in service.get("volumes") or []:
                self.assertIn(volume.split(":")[0], volumes)

    def test_migrating_comes_first(self):
        self.assertEqual(
            self.services["guildhall"]["depends_on"]["migrate"]["condition"], "service_completed_successfully"
        )
        self.assertEqual(self.services["migrate"]["command"][:2], ["migrate", "up"])

    def test_every_setting_is_known_and_what_is_served_too(self):
        for name in ("migrate", "guildhall"):
            for variable in self.services[name]["environment"]:
                self.assertIn(variable.removeprefix("GUILDHALL_").lower(), settings())
        self.assertIn(self.services["guildhall"]["command"][1], served())

    def test_images_are_those_of_the_manifests(self):
        known = {container["image"] for workload in overlay("dev").workloads for container in workload.containers}
        for service in self.services.values():
            self.assertIn(service["image"], known)

    def test_the_image_is_built_once(self):
        self.assertEqual([name for name, service in self.services.items() if "build" in service], ["migrate"])

    def test_whatever_lasts_comes_back_with_the_machine(self):
        for name, service in self.services.items():
            self.assertEqual(service.get("restart"), None if name == "migrate" else "unless-stopped", name)

    def test_it_is_reached_from_this_machine_alone_and_ends_in_time(self):
        for service in self.services.values():
            for port in service.get("ports") or []:
                self.assertTrue(str(port).startswith("127.0.0.1:"), port)
        grace = with_components([]).ours[0].pod["terminationGracePeriodSeconds"]
        self.assertEqual(self.services["guildhall"]["stop_grace_period"], f"{grace}s")

    def test_our_containers_may_do_as_little_as_in_a_cluster(self):
        for name in ("migrate", "guildhall", "mail-catcher"):
            service = self.services[name]
            self.assertTrue(service["read_only"], name)
            self.assertEqual(service["cap_drop"], ["ALL"], name)
            self.assertEqual(service["security_opt"], ["no-new-privileges:true"], name)
