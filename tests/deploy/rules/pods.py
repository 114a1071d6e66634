"""What a pod may do, may use and has to say."""

import re

from manifests import env_of
from truth import password_memory_mib

from rules import rule

UNITS = {"": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 10**3, "M": 10**6, "G": 10**9}
# What else stands in a security context takes back something of it.
POD_CONTEXT = {"runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup", "seccompProfile"}
CONTAINER_CONTEXT = {"allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"}
SECRET = {"defaultMode", "items", "secretName"}
VOLUMES = {"secret", "configMap", "emptyDir", "persistentVolumeClaim"}


def memory(text):
    amount = re.fullmatch(r"(\d+)(Ki|Mi|Gi|Ti|k|M|G)?", str(text))
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
        for field in sorted(set(context) - POD_CONTEXT):
            yield f"{workload}: {field} is more than a pod of ours needs"
        for container in workload.containers:
            own = container.get("securityContext") or {}
            where = f"{workload}, {container['name']}"
            if own.get("allowPrivilegeEscalation") is not False:
                yield f"{where} may gain rights"
            if own.get("readOnlyRootFilesystem") is not True:
                yield f"{where} may write its root file system"
            if (own.get("capabilities") or {}) != {"drop": ["ALL"]}:
                yield f"{where} keeps capabilities"
            for field in sorted(set(own) - CONTAINER_CONTEXT):
                yield f"{where}: {field} takes back what its pod promises"


@rule("volume-kinds")
def volume_kinds(manifests):
    """A volume is a Secret, a ConfigMap, an empty folder or a claim: nothing of the node's, and no token."""
    for workload in manifests.workloads:
        for name, volume in workload.volumes.items():
            kinds = set(volume) - {"name"}
            if len(kinds) != 1 or not kinds <= VOLUMES:
                yield f"{workload}: the volume {name} is of {sorted(kinds)}"
            # Whatever is optional is missed by nobody but the program.
            for kind, known in (("secret", SECRET), ("configMap", {"items", "name"})):
                for field in sorted(set(volume.get(kind) or {}) - known):
                    yield f"{workload}: the volume {name} has {field}"
                for item in (volume.get(kind) or {}).get("items") or []:
                    if set(item) != {"key", "path"} or not re.fullmatch(r"[\w-][\w.-]*", item["path"]):
                        yield f"{workload}: the volume {name} has the file {item}"
            for field in sorted(set(volume.get("emptyDir") or {}) - {"sizeLimit"}):
                yield f"{workload}: the volume {name} has {field}, and what is in it counts as the pod's memory"


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
            elif workload.is_ours and memory(limits["memory"]) < 128 * 2**20:
                yield f"{where} is killed at {limits['memory']}, before it has begun"
            elif memory(limits["memory"]) > 4 * 2**30 or (processors(requests.get("cpu")) or 0) > 2:
                yield f"{where} asks for more than a small node has"
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


@rule("termination")
def termination(manifests):
    """A pod has time for the delay, for twenty seconds of finishing and for five more."""
    for workload in manifests.ours:
        if not workload.serves:
            continue
        delay = env_of(workload.main).get("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "5")
        grace = workload.pod.get("terminationGracePeriodSeconds", 30)
        if not delay.isdigit():
            yield f"{workload}: {delay} is no number of seconds"
        elif not int(delay) + 20 + 5 <= grace <= 120:
            yield f"{workload} is killed after {grace} seconds, before it has finished or long after"
        elif workload.kind == "Deployment" and int(delay) < 5:
            yield f"{workload} ends after {delay} seconds, while it is still called"
