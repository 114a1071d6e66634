"""What a pod may do, may use and has to say."""

import re

from manifests import env_of
from truth import password_memory_mib

from rules import rule

UNITS = {"": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 10**3, "M": 10**6, "G": 10**9}
# What the design gives each probe of ours: how often it is asked, and how often it may fail.
PROBES = {"startupProbe": (2, 30), "readinessProbe": (5, 2), "livenessProbe": (10, 6)}
HEALTH = {"startupProbe": "startup", "readinessProbe": "ready", "livenessProbe": "live"}
PATHS = {"startupProbe": "/startupz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}


def memory(text):
    amount = re.fullmatch(r"(\d+)(Ki|Mi|Gi|k|M|G)?", str(text))
    return int(amount[1]) * UNITS[amount[2] or ""] if amount else None


def processors(text):
    amount = re.fullmatch(r"(\d+(?:\.\d+)?)(m?)", str(text))
    return float(amount[1]) / (1000 if amount[2] else 1) if amount else None


@rule("security-context")
def security_context(manifests):
    """Pod Security "restricted", by a number that is not root's, on a file system that cannot be written."""
    for workload in manifests.workloads:
        pod = workload.pod
        context = pod.get("securityContext") or {}
        if context.get("runAsNonRoot") is not True:
            yield f"{workload} may run as root"
        for who in ("runAsUser", "runAsGroup"):
            if not isinstance(context.get(who), int) or context[who] == 0:
                yield f"{workload}: {who} is no number of somebody without rights"
            elif workload.is_ours and context[who] != 65532:
                yield f"{workload}: {who} is not the one that the image has"
        if (context.get("seccompProfile") or {}).get("type") != "RuntimeDefault":
            yield f"{workload}: no seccomp profile"
        writes = any("persistentVolumeClaim" in volume for volume in workload.volumes.values())
        if ("fsGroup" in context) != writes:
            yield f"{workload}: fsGroup stands where a volume is kept, and only there"
        for word in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.get(word):
                yield f"{workload} uses {word}"
        for name, volume in workload.volumes.items():
            if "hostPath" in volume:
                yield f"{workload}: the volume {name} is of the node"
        for container in workload.containers:
            own = container.get("securityContext") or {}
            where = f"{workload}, {container['name']}"
            if own.get("allowPrivilegeEscalation") is not False:
                yield f"{where} may gain rights"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{where} may write its root file system"
            if (own.get("capabilities") or {}) != {"drop": ["ALL"]}:
                yield f"{where} keeps capabilities"
            if own.get("privileged") or own.get("runAsUser") == 0 or own.get("runAsNonRoot") is False:
                yield f"{where} takes back what its pod promises"
            for port in container.get("ports") or []:
                if "hostPort" in port:
                    yield f"{where} takes a port of the node"


@rule("service-accounts")
def service_accounts(manifests):
    """An account for each, without a token: nothing here talks to the cluster."""
    users = {}
    for workload in manifests.workloads:
        name = workload.pod.get("serviceAccountName")
        account = manifests.get("ServiceAccount", name)
        if account is None:
            yield f"{workload} runs as {name}, which is not there"
        elif account.get("automountServiceAccountToken") is not False:
            yield f"ServiceAccount/{name} gives its token away"
        if workload.pod.get("automountServiceAccountToken") is not False:
            yield f"{workload} mounts a token"
        users.setdefault(name, []).append(str(workload))
    for name, owners in users.items():
        if len(owners) > 1:
            yield f"{' and '.join(owners)} share the account {name}"


@rule("service-links")
def service_links(manifests):
    """Kubernetes adds no variables: a Service called guildhall would make settings that nobody knows."""
    for workload in manifests.workloads:
        if workload.pod.get("enableServiceLinks") is not False:
            yield f"{workload} gets variables for every Service"


@rule("resources")
def resources(manifests):
    """What is needed is asked for; memory has an end, processor time has none."""
    for workload in manifests.workloads:
        for container in workload.containers:
            where = f"{workload}, {container['name']}"
            given = container.get("resources") or {}
            requests, limits = given.get("requests") or {}, given.get("limits") or {}
            if processors(requests.get("cpu")) is None:
                yield f"{where} does not say how much processor time it needs"
            if memory(requests.get("memory")) is None or memory(limits.get("memory")) is None:
                yield f"{where} does not say how much memory it needs and may take"
            elif memory(requests["memory"]) > memory(limits["memory"]):
                yield f"{where} needs more memory than it may take"
            if "cpu" in limits:
                yield f"{where} is slowed down at its limit of processor time"


@rule("password-memory")
def password_memory(manifests):
    """Where passwords are hashed there is room for the hashes: 64 MiB, the budget, and half as much again."""
    for workload in manifests.ours:
        if workload.component not in ("identity", "all"):
            continue
        budget = int(env_of(workload.main).get("GUILDHALL_PASSWORD_MEMORY_BUDGET_MIB", password_memory_mib()))
        needed = (64 + budget) * 3 // 2 * 2**20
        limit = memory(workload.main["resources"].get("limits", {}).get("memory")) or 0
        if 0 < limit < needed:
            yield f"{workload} may take {limit >> 20} MiB, and its hashes need {needed >> 20}"


def handlers(probe):
    return [handler for handler in ("grpc", "httpGet", "tcpSocket", "exec") if handler in probe]


@rule("probes")
def probes(manifests):
    """What serves is asked whether it has started and is ready, in one way, at a port that it has."""
    for workload in manifests.workloads:
        if workload.kind == "Job":
            continue
        for name in PROBES:
            probe = workload.main.get(name)
            if probe is None:
                if name != "livenessProbe" or workload.is_ours:
                    yield f"{workload} has no {name}"
                continue
            if len(handlers(probe)) != 1:
                yield f"{workload}, {name}: it has to ask in one way, and has {handlers(probe)}"
            for handler in ("grpc", "httpGet", "tcpSocket"):
                port = probe.get(handler, {}).get("port")
                if port is not None and workload.port(port) is None:
                    yield f"{workload}, {name}: no container has the port {port}"


@rule("probe-numbers")
def probe_numbers(manifests):
    for workload in manifests.ours:
        for name, (period, failures) in PROBES.items():
            probe = workload.main.get(name)
            if (
                workload.serves
                and probe
                and (probe.get("periodSeconds"), probe.get("failureThreshold")) != (period, failures)
            ):
                yield f"{workload}, {name}: it is asked every {period} seconds and may fail {failures} times"
        readiness = workload.main.get("readinessProbe") or {}
        if workload.serves and readiness and readiness.get("timeoutSeconds") != 2:
            yield f"{workload}, readinessProbe: it waits 2 seconds"


@rule("probe-questions")
def probe_questions(manifests):
    """Each probe asks its own question. Above all, liveness never asks for what only a database can grant."""
    for workload in manifests.ours:
        for name in PROBES:
            probe = workload.main.get(name) or {}
            asked = probe.get("grpc", {}).get("service")
            if "grpc" in probe and asked != f"guildhall.{HEALTH[name]}":
                yield f"{workload}, {name}: asks for {asked}"
            path = probe.get("httpGet", {}).get("path")
            if "httpGet" in probe and path != PATHS[name]:
                yield f"{workload}, {name}: asks for {path}"


@rule("probes-and-tls")
def probes_and_tls(manifests):
    """A probe of gRPC cannot speak TLS, so it would never succeed."""
    for workload in manifests.ours:
        if "GUILDHALL_TLS_CERTIFICATE_PATH" in env_of(workload.main):
            for name in PROBES:
                if "grpc" in (workload.main.get(name) or {}):
                    yield f"{workload}, {name}: gRPC where TLS is on"


@rule("termination")
def termination(manifests):
    """A pod has time for the delay, for twenty seconds of finishing and for five more."""
    for workload in manifests.ours:
        if not workload.serves:
            continue
        delay = env_of(workload.main).get("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "5")
        grace = workload.pod.get("terminationGracePeriodSeconds", 30)
        if grace < int(delay) + 20 + 5:
            yield f"{workload} is killed after {grace} seconds, before it has finished"
