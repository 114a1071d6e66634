"""What any object has to look like, whatever it is for."""

import json
import re
from functools import cache
from importlib.resources import files

import jsonschema
import yaml
from manifests import title
from referencing import Registry, Resource
from truth import NEWEST, OLDEST, ROOT

from rules import rule

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")


def is_custom(manifest):
    """Whether a cluster knows the kind only once somebody has added it."""
    group = manifest["apiVersion"].rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io") or group == "gateway.networking.k8s.io"


@cache
def definitions(version):
    folder = files("kubernetes_validate").joinpath(f"kubernetes-json-schema/v{version}-local-strict")
    contents = json.loads(folder.joinpath("_definitions.json").read_text())
    return folder, Resource.from_contents(contents) @ Registry()


@cache
def validator(version, kind, api_version):
    group, _, number = api_version.rpartition("/")
    name = f"{kind}-{group.split('.')[0]}-{number}" if group else f"{kind}-{number}"
    folder, registry = definitions(version)
    file = folder.joinpath(f"{name.lower()}.json")
    if not file.is_file():
        return None
    schema = json.loads(file.read_text())
    registry = Resource.from_contents(schema) @ registry
    return jsonschema.Draft202012Validator(schema, registry=registry)


@cache
def fault_in(version, kind, api_version, text):
    """What a version of Kubernetes has against a manifest. Most stand in many overlays, so it is asked once."""
    checker = validator(version, kind, api_version)
    if checker is None:
        return f"there is no {api_version} {kind}"
    error = jsonschema.exceptions.best_match(checker.iter_errors(json.loads(text)))
    return error and f"{'.'.join(map(str, error.path))}: {error.message}"


@rule("schema")
def schema(manifests):
    """Kubernetes knows the kind and every field, in the oldest and in the newest version."""
    for manifest in manifests.objects:
        if is_custom(manifest):
            continue
        for version in (OLDEST, NEWEST):
            fault = fault_in(version, manifest["kind"], manifest["apiVersion"], json.dumps(manifest))
            if fault:
                yield f"{title(manifest)}, Kubernetes {version}: {fault}"


@cache
def custom_schemas():
    return yaml.safe_load((ROOT / "tests/deploy/custom-resources.yaml").read_text())


@rule("custom-resources")
def custom_resources(manifests):
    """Of kinds that a cluster has to be taught, the fields that are used here exist."""
    for manifest in manifests.objects:
        if not is_custom(manifest):
            continue
        known = custom_schemas().get(f"{manifest['apiVersion']}/{manifest['kind']}")
        if known is None:
            yield f"{title(manifest)}: nothing is known of {manifest['apiVersion']} {manifest['kind']}"
            continue
        for error in jsonschema.Draft202012Validator(known).iter_errors(manifest["spec"]):
            yield f"{title(manifest)}: {'.'.join(map(str, error.path))}: {error.message}"


@rule("unique-names")
def unique_names(manifests):
    seen = set()
    for manifest in manifests.objects:
        key = (manifest["apiVersion"].split("/")[0], manifest["kind"], manifest["metadata"]["name"])
        if key in seen:
            yield f"{title(manifest)} is there twice"
        seen.add(key)


@rule("names")
def names(manifests):
    """Names can be made into host names, and names of ports into names of services."""
    for manifest in manifests.objects:
        name = manifest["metadata"]["name"]
        pattern, longest = (LABEL, 63) if manifest["kind"] in ("Service", "Namespace") else (SUBDOMAIN, 253)
        # A Job's and a StatefulSet's name is a label of their pods.
        longest = 63 if manifest["kind"] in ("Job", "StatefulSet", "Deployment") else longest
        if not pattern.fullmatch(name) or len(name) > longest:
            yield f"{title(manifest)}: is no name that Kubernetes takes"
    ports = [(str(workload), port) for workload in manifests.workloads for port in workload.ports]
    ports += [(title(service), port) for service in manifests.of("Service") for port in service["spec"]["ports"]]
    for owner, port in ports:
        name = port.get("name", "")
        if not LABEL.fullmatch(name) or len(name) > 15 or name.isdigit():
            yield f"{owner}: {name!r} is no name for a port"
    for workload in manifests.workloads:
        declared = [port.get("name") for port in workload.ports] + [port["containerPort"] for port in workload.ports]
        for name in {name for name in declared if declared.count(name) > 1}:
            yield f"{workload}: the port {name} is declared twice"


@rule("namespace")
def namespace(manifests):
    """Everything is in one namespace, which lets in no pod that could harm its node."""
    spaces = manifests.of("Namespace")
    if len(spaces) != 1:
        yield f"there are {len(spaces)} namespaces"
        return
    given = spaces[0]["metadata"].get("labels") or {}
    for mode in ("enforce", "warn", "audit"):
        if given.get(f"pod-security.kubernetes.io/{mode}") != "restricted":
            yield f"the namespace does not {mode} the restricted standard"
        if f"pod-security.kubernetes.io/{mode}-version" in given:
            yield f"the namespace does not {mode} the standard of the cluster's own version"
    for manifest in manifests.objects:
        if manifest["kind"] != "Namespace" and manifest["metadata"].get("namespace") != spaces[0]["metadata"]["name"]:
            yield f"{title(manifest)} is in another namespace"


@rule("labels")
def labels(manifests):
    """What runs and what leads to it says what it belongs to."""
    for manifest in manifests.of("Deployment", "StatefulSet", "Job", "Service", "PodDisruptionBudget"):
        own = manifest["metadata"].get("labels") or {}
        missing = [word for word in ("name", "part-of", "component") if f"app.kubernetes.io/{word}" not in own]
        if missing:
            yield f"{title(manifest)} lacks the labels {', '.join(missing)}"
    for workload in manifests.ours:
        version = workload.pod_labels.get("app.kubernetes.io/version")
        if version is None or version != workload.labels.get("app.kubernetes.io/version"):
            yield f"{workload}: its pods do not say which version they are"
