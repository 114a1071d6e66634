"""What the schemas take and clusters do not: words that have a form of their own."""

import re

from manifests import env_of, title

from rules import rule
from rules.pods import memory

LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
LABEL_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
# Where the image has nothing.
PLACES = ("/data", "/etc/guildhall", "/run/guildhall/", "/run/secrets/guildhall/", "/tmp")
MIB, GIB = 2**20, 2**30


def labelled(manifests):
    for manifest in manifests.objects:
        yield title(manifest), manifest["metadata"].get("labels") or {}
    for workload in manifests.workloads:
        yield f"{workload}, its pods", workload.pod_labels
        yield f"{workload}, its selector", (workload.spec.get("selector") or {}).get("matchLabels") or {}


@rule("label-values")
def label_values(manifests):
    for owner, labels in labelled(manifests):
        for key, value in labels.items():
            if not LABEL_KEY.fullmatch(key) or not LABEL_VALUE.fullmatch(value):
                yield f"{owner}: {key}: {value!r} is no label"


@rule("mounts")
def mounts(manifests):
    """Each volume has a name of its own, and each place of a container one volume."""
    for workload in manifests.workloads:
        names = [volume["name"] for volume in workload.pod.get("volumes") or []]
        names += [claim["metadata"]["name"] for claim in workload.spec.get("volumeClaimTemplates") or []]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{workload}: two volumes are called {name}"
        for container in workload.containers:
            paths = [mount["mountPath"] for mount in container.get("volumeMounts") or []]
            for path in sorted(set(paths)):
                if paths.count(path) > 1:
                    yield f"{workload}, {container['name']}: two volumes are mounted at {path}"
                if not re.fullmatch(r"(/[\w.-]+)+", path) or workload.is_ours and not path.startswith(PLACES):
                    yield f"{workload}, {container['name']}: {path} is no place to mount at"


@rule("sizes")
def sizes(manifests):
    """What is written has room, and a small node has what is asked for."""
    for workload in manifests.workloads:
        for name, volume in workload.volumes.items():
            limit = (volume.get("emptyDir") or {}).get("sizeLimit")
            if limit is not None and (memory(limit) or 0) < MIB:
                yield f"{workload}: the volume {name} has room for {limit}"
        for claim in workload.spec.get("volumeClaimTemplates") or []:
            spec = claim["spec"]
            asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
            if not GIB <= (memory(asked) or 0) <= 1024 * GIB:
                yield f"{workload}: the volume {claim['metadata']['name']} asks for {asked}"
            for field in sorted(set(spec) - {"accessModes", "resources"}):
                yield f"{workload}: the volume {claim['metadata']['name']} has {field}, which not every cluster knows"
            # Two nodes that write one SQLite spoil it, and most networks' file systems do not lock it.
            if spec.get("accessModes") != ["ReadWriteOnce"]:
                yield f"{workload}: the volume {claim['metadata']['name']} is for {spec.get('accessModes')}"


@rule("own-files")
def own_files(manifests):
    """Where files of SQLite are, the same program brings them up to date first, in the same folder."""
    for workload in manifests.ours:
        if workload.component != "all":
            continue
        first = workload.pod.get("initContainers") or []
        if [container.get("args") for container in first] != [["migrate", "up"]]:
            yield f"{workload} does not migrate before it serves"
        for container in first:
            if container["image"] != workload.main["image"]:
                yield f"{workload} migrates with {container['image']} and serves with {workload.main['image']}"
            folders = [env_of(each).get("GUILDHALL_DATA_DIR") for each in (container, workload.main)]
            if folders[0] != folders[1]:
                yield f"{workload} migrates {folders[0]} and serves {folders[1]}"
