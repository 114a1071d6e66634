"""Rendered manifests, and the questions that rules ask of them."""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from truth import DEPLOY

K8S = DEPLOY / "k8s"
WORKLOADS = ("Deployment", "StatefulSet", "Job")


def kubectl():
    """The one that `make tools` installs; another version may render something else."""
    beside = Path(sys.executable).parent / "kubectl"
    if not beside.exists():
        raise SystemExit("kubectl is missing: run make tools")
    return str(beside)


@cache
def rendered(folder):
    """The text that a folder of the tree renders to."""
    run = subprocess.run([kubectl(), "kustomize", str(folder)], capture_output=True, text=True, timeout=60)
    if run.returncode != 0:
        raise AssertionError(f"{folder} cannot be rendered: {run.stderr.strip()}")
    return run.stdout


def overlay(name):
    return Manifests.parse(rendered(K8S / "overlays" / name))


def overlays():
    """Names of all overlays, those for tests too."""
    folder = K8S / "overlays"
    return sorted(str(file.parent.relative_to(folder)) for file in folder.rglob("kustomization.yaml"))


def component_names():
    return sorted(file.parent.name for file in (K8S / "components").glob("*/kustomization.yaml"))


def with_components(names):
    """The base with some components, in a namespace, as an overlay would have them."""
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "guildhall",
        "resources": ["namespace.yaml", "../../base"],
    }
    return built(kustomization, names)


def production_with(name, without):
    """The overlay production as somebody makes it theirs: one more component, without those that do not go with it."""
    kustomization = yaml.safe_load((K8S / "overlays/production/kustomization.yaml").read_text())
    own = [Path(place).name for place in kustomization["components"]]
    return built(kustomization, [other for other in own if other not in without and other != name] + [name])


def built(kustomization, components):
    """What a kustomization in production's place renders to, beside its files and with these components."""
    with tempfile.TemporaryDirectory() as folder:

        def path(place):
            return os.path.relpath(K8S / "overlays/production" / place, Path(folder).resolve())

        places = [place if place.endswith(".yaml") else path(place) for place in kustomization["resources"]]
        changed = {"resources": places, "components": [path(f"../../components/{name}") for name in components]}
        if "tls-cert-manager" in components:
            mtls = yaml.safe_load((K8S / "overlays/tests/mtls/kustomization.yaml").read_text())
            changed["replacements"] = mtls["replacements"]
        for file in ("namespace.yaml", "config.toml"):
            shutil.copy(K8S / "overlays/production" / file, folder)
        Path(folder, "kustomization.yaml").write_text(yaml.safe_dump(kustomization | changed))
        return Manifests.parse(rendered.__wrapped__(Path(folder).resolve()))


class Workload:
    """Something that runs pods."""

    def __init__(self, manifest):
        self.manifest = manifest
        self.kind = manifest["kind"]
        self.name = manifest["metadata"]["name"]
        self.labels = manifest["metadata"].get("labels") or {}
        self.spec = manifest["spec"]
        template = self.spec["template"]
        self.pod = template["spec"]
        self.pod_labels = (template.get("metadata") or {}).get("labels") or {}
        self.pod_annotations = (template.get("metadata") or {}).get("annotations") or {}

    def __str__(self):
        return f"{self.kind}/{self.name}"

    @property
    def component(self):
        return self.pod_labels.get("app.kubernetes.io/component")

    @property
    def is_ours(self):
        """Whether it runs our binary."""
        return self.pod_labels.get("app.kubernetes.io/name") == "guildhall"

    @property
    def serves(self):
        return self.is_ours and self.kind != "Job"

    @property
    def containers(self):
        return (self.pod.get("initContainers") or []) + self.pod["containers"]

    @property
    def main(self):
        return self.pod["containers"][0]

    @property
    def volumes(self):
        volumes = {volume["name"]: volume for volume in self.pod.get("volumes") or []}
        for claim in self.spec.get("volumeClaimTemplates") or []:
            volumes[claim["metadata"]["name"]] = {"name": claim["metadata"]["name"], "persistentVolumeClaim": claim}
        return volumes

    @property
    def ports(self):
        return [port for container in self.pod["containers"] for port in container.get("ports") or []]

    def port(self, wanted):
        """The number behind a name or number of a port that a container declares."""
        for port in self.ports:
            if wanted in (port.get("name"), port["containerPort"]):
                return port["containerPort"]
        return None


def env_of(container):
    """Variables with a value in the manifest."""
    return {entry["name"]: entry["value"] for entry in container.get("env") or [] if "value" in entry}


class Manifests:
    def __init__(self, objects):
        self.objects = objects

    @classmethod
    def parse(cls, text):
        return cls([manifest for manifest in yaml.safe_load_all(text) if manifest])

    def of(self, *kinds):
        return [manifest for manifest in self.objects if manifest["kind"] in kinds]

    def get(self, kind, name):
        for manifest in self.of(kind):
            if manifest["metadata"]["name"] == name:
                return manifest
        return None

    @property
    def workloads(self):
        return [Workload(manifest) for manifest in self.of(*WORKLOADS)]

    @property
    def ours(self):
        return [workload for workload in self.workloads if workload.is_ours]

    def selected(self, labels):
        """Workloads whose pods have all of these labels."""
        return [workload for workload in self.workloads if labels.items() <= workload.pod_labels.items()]


def settings_file(manifests):
    """What config.toml says, or nothing where there is none."""
    for config in manifests.of("ConfigMap"):
        if "config.toml" in (config.get("data") or {}):
            return tomllib.loads(config["data"]["config.toml"])
    return {}


def public_url(manifests):
    return urlsplit(settings_file(manifests).get("public_url", ""))


def title(manifest):
    return f"{manifest['kind']}/{manifest['metadata']['name']}"
