"""How many pods there are, and how they are replaced."""

from manifests import public_url, title

from rules import rule


@rule("selectors")
def selectors(manifests):
    """A workload finds its own pods, by labels that never change, and no other's."""
    for workload in manifests.workloads:
        if workload.kind == "Job":
            continue
        selector = (workload.spec.get("selector") or {}).get("matchLabels") or {}
        if set(selector) != {"app.kubernetes.io/name", "app.kubernetes.io/component"}:
            yield f"{workload} selects by {sorted(selector)}, not by name and component alone"
        if not selector.items() <= workload.pod_labels.items():
            yield f"{workload} does not select its own pods"
        others = [str(other) for other in manifests.selected(selector) if str(other) != str(workload)]
        if selector and others:
            yield f"{workload} also selects the pods of {', '.join(others)}"


@rule("rollout")
def rollout(manifests):
    """A new pod is ready before an old one goes."""
    wanted = {"minReadySeconds": 5, "revisionHistoryLimit": 3}
    migrating = max((job["spec"].get("activeDeadlineSeconds", 0) for job in manifests.of("Job")), default=0)
    for workload in manifests.ours:
        if workload.kind != "Deployment":
            continue
        for field, value in wanted.items():
            if workload.spec.get(field) != value:
                yield f"{workload}: {field} is not {value}"
        if workload.spec.get("progressDeadlineSeconds", 600) < migrating + 300:
            yield f"{workload} is given up less than five minutes after the Job may have ended, at {migrating} seconds"
        strategy = workload.spec.get("strategy") or {}
        if strategy != {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}:
            yield f"{workload} takes pods away before others are there"


@rule("spread")
def spread(manifests):
    """Pods of one service are on several nodes and in several zones, where there are any."""
    for workload in manifests.ours:
        if workload.kind != "Deployment":
            continue
        constraints = workload.pod.get("topologySpreadConstraints") or []
        keys = {constraint["topologyKey"] for constraint in constraints}
        if keys != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
            yield f"{workload} is not spread over zones and nodes"
        for constraint in constraints:
            selector = (constraint.get("labelSelector") or {}).get("matchLabels") or {}
            if not selector or not selector.items() <= workload.pod_labels.items():
                yield f"{workload} is spread by {constraint['topologyKey']} among pods that it is none of"
            if constraint.get("whenUnsatisfiable") != "ScheduleAnyway":
                yield f"{workload} does not start where it cannot be spread"
            if constraint.get("matchLabelKeys") != ["pod-template-hash"] or constraint.get("maxSkew") != 1:
                yield f"{workload} is spread by {constraint['topologyKey']} together with others' pods and old ones"


def least_pods(manifests, workload):
    for scaler in manifests.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) == (workload.kind, workload.name):
            return scaler["spec"].get("minReplicas", 1)
    return workload.spec.get("replicas", 1)


@rule("counts")
def counts(manifests):
    """Two pods of each at least, so that one can go; but for a laptop, where one is enough."""
    least = 1 if public_url(manifests).scheme == "http" else 2
    for workload in manifests.ours:
        if workload.kind == "Deployment" and least_pods(manifests, workload) < least:
            yield f"{workload} may be {least_pods(manifests, workload)} pods, and {least} are needed"


@rule("disruption")
def disruption(manifests):
    """A node can be emptied, one pod of each service at a time."""
    covered = set()
    for budget in manifests.of("PodDisruptionBudget"):
        spec = budget["spec"]
        chosen = manifests.selected((spec.get("selector") or {}).get("matchLabels") or {})
        if len(chosen) != 1:
            yield f"{title(budget)} is for {len(chosen)} workloads"
            continue
        covered.add(str(chosen[0]))
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if (least is None) == (most is None):
            yield f"{title(budget)} has to say one of minAvailable and maxUnavailable"
        elif least is not None and (isinstance(least, str) or least >= least_pods(manifests, chosen[0])):
            # A share is rounded up, and may be all of them.
            yield f"{title(budget)} lets no pod go, so its node cannot be emptied"
        elif most not in (None, 1) or least == 0:
            yield f"{title(budget)} does not let one pod go at a time"
        if spec.get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{title(budget)} keeps pods that are not ready"
    for workload in manifests.ours:
        if workload.kind == "Deployment" and str(workload) not in covered:
            yield f"{workload} has no budget"


@rule("autoscaling")
def autoscaling(manifests):
    scaled = set()
    for scaler in manifests.of("HorizontalPodAutoscaler"):
        spec = scaler["spec"]
        target = manifests.get(spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"])
        if target is None or target["apiVersion"] != spec["scaleTargetRef"].get("apiVersion"):
            yield f"{title(scaler)} scales what is not there"
            continue
        if title(target) in scaled:
            yield f"{title(target)} is scaled by two, which undo each other's work"
        scaled.add(title(target))
        if "replicas" in target["spec"]:
            yield f"{title(target)} names a number of pods beside {title(scaler)}"
        if not 1 <= spec.get("minReplicas", 1) <= spec["maxReplicas"] <= 50:
            yield f"{title(scaler)} has a minimum above its maximum, or a maximum that no database has connections for"
        measured = [metric.get("containerResource", {}) for metric in spec.get("metrics") or []]
        container = target["spec"]["template"]["spec"]["containers"][0]["name"]
        if [(one.get("name"), one.get("container")) for one in measured] != [("cpu", container)]:
            yield f"{title(scaler)} does not go by the processor time of {container} alone"
        for one in measured:
            goal = one.get("target") or {}
            # Of what is asked for. Nearer to all of it a burst finds no room, and below half much lies idle.
            if set(goal) != {"type", "averageUtilization"} or not 50 <= goal["averageUtilization"] <= 90:
                yield f"{title(scaler)} adds pods at {goal}"
            elif goal["type"] != "Utilization":
                yield f"{title(scaler)} reads a share as {goal['type']}"
        if spec.get("behavior") != {"scaleDown": {"stabilizationWindowSeconds": 300}}:
            yield f"{title(scaler)} takes pods away at once, or adds none"
    for workload in manifests.workloads:
        if (
            workload.kind != "Job"
            and workload.is_ours
            and str(workload) not in scaled
            and "replicas" not in workload.spec
        ):
            yield f"{workload} says nowhere how many pods it has"


@rule("one-writer")
def one_writer(manifests):
    """SQLite has one process, which its volume belongs to."""
    for workload in manifests.ours:
        if workload.component == "all" and workload.spec.get("replicas") != 1:
            yield f"{workload} has more than one pod on one SQLite"
        if workload.component == "all" and not any(
            "persistentVolumeClaim" in volume for volume in workload.volumes.values()
        ):
            yield f"{workload} keeps its data nowhere"
