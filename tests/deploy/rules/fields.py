"""What manifests may say at all. What nothing here needs is not there, whether or not it would do harm."""

from manifests import title

from rules import rule

KINDS = {
    "ConfigMap",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    # Those that a cluster has to be taught.
    "BackendTLSPolicy",
    "Certificate",
    "ExternalSecret",
    "GRPCRoute",
    "HTTPRoute",
    "Issuer",
    "PodMonitor",
    "PrometheusRule",
}
# Not paused, suspend, parallelism, completions, updateStrategy: each is as it is when nobody speaks of it.
WORKLOAD = {
    "Deployment": {
        "minReadySeconds",
        "progressDeadlineSeconds",
        "replicas",
        "revisionHistoryLimit",
        "selector",
        "strategy",
        "template",
    },
    "StatefulSet": {
        "podManagementPolicy",
        "replicas",
        "revisionHistoryLimit",
        "selector",
        "serviceName",
        "template",
        "volumeClaimTemplates",
    },
    "Job": {"activeDeadlineSeconds", "backoffLimit", "template", "ttlSecondsAfterFinished"},
}
# Neither what is the node's (hostNetwork, hostPID), nor what changes where names lead (dnsPolicy, hostAliases).
POD = {
    "automountServiceAccountToken",
    "containers",
    "enableServiceLinks",
    "initContainers",
    "restartPolicy",
    "securityContext",
    "serviceAccountName",
    "terminationGracePeriodSeconds",
    "topologySpreadConstraints",
    "volumes",
}
# No lifecycle: the program itself waits before it ends, and its image has no shell. No envFrom: it would bring whatever a
# Secret holds. No imagePullPolicy: a tag that stays the same is pulled once.
CONTAINER = {
    "args",
    "command",
    "env",
    "image",
    "livenessProbe",
    "name",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "startupProbe",
    "volumeMounts",
}
# Neither a port of the node's (hostPort), nor another protocol than TCP.
PORT = {"containerPort", "name"}
MOUNT = {"mountPath", "name", "readOnly", "subPath", "subPathExpr"}
SERVICE = {"clusterIP", "ports", "selector", "type"}
SERVICE_PORT = {"appProtocol", "name", "port", "targetPort"}
METADATA = {"annotations", "labels", "name", "namespace"}
# What reads others gives rights of the cloud, or takes confinement away.
ANNOTATIONS = (
    "argocd.argoproj.io/",
    "cert-manager.io/",
    "config.beta.linkerd.io/",
    "config.linkerd.io/",
    "guildhall/",
    "linkerd.io/",
)
CONFIG = {"apiVersion", "data", "kind", "metadata"}
ACCOUNT = {"apiVersion", "automountServiceAccountToken", "kind", "metadata"}


@rule("kinds")
def kinds(manifests):
    """Above all no rights: nothing here asks the cluster for anything."""
    for manifest in manifests.objects:
        if manifest["kind"] not in KINDS:
            yield f"{title(manifest)} is of a kind that nothing here needs"


def others(where, found, known):
    for field in sorted(set(found) - known):
        yield f"{where} has {field}, which nothing here needs"


@rule("fields")
def fields(manifests):
    """What runs, and what leads to it, is described by known fields alone."""
    for workload in manifests.workloads:
        yield from others(workload, workload.spec, WORKLOAD[workload.kind])
        yield from others(workload, workload.pod, POD)
        if workload.kind != "Job" and "restartPolicy" in workload.pod:
            yield f"{workload} has a restartPolicy, and is always started again"
        for container in workload.containers:
            where = f"{workload}, {container['name']}"
            yield from others(where, container, CONTAINER)
            for port in container.get("ports") or []:
                yield from others(f"{where}, a port", port, PORT)
            for mount in container.get("volumeMounts") or []:
                yield from others(f"{where}, {mount['name']}", mount, MOUNT)
    for service in manifests.of("Service"):
        yield from others(title(service), service["spec"], SERVICE)
        for port in service["spec"]["ports"]:
            yield from others(f"{title(service)}, {port['name']}", port, SERVICE_PORT)
    for account in manifests.of("ServiceAccount"):
        yield from others(title(account), account, ACCOUNT)
    for config in manifests.of("ConfigMap"):
        yield from others(title(config), config, CONFIG)
    for manifest in manifests.objects:
        yield from others(title(manifest), manifest["metadata"], METADATA)
        annotations = set(manifest["metadata"].get("annotations") or {})
        if manifest["kind"] in WORKLOAD:
            annotations |= set((manifest["spec"]["template"].get("metadata") or {}).get("annotations") or {})
        for name in sorted(annotations):
            if not name.startswith(ANNOTATIONS):
                yield f"{title(manifest)} is annotated for somebody who is not here: {name}"
