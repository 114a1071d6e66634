"""What the proxy of a mesh must not stand before, and how long it stays."""

from rules import rule
from rules.traffic import GRPC, HTTP, OPS

SKIPPED = "config.linkerd.io/skip-inbound-ports"
LASTS = "config.beta.linkerd.io/proxy-enable-native-sidecar"


def in_mesh(manifests):
    serving = [workload for workload in manifests.ours if workload.serves]
    return [workload for workload in serving if workload.pod_annotations.get("linkerd.io/inject") == "enabled"]


@rule("mesh-callers")
def mesh_callers(manifests):
    """Who calls over HTTP, and who asks for numbers, is seen with an address of his own; gRPC is encrypted."""
    for workload in in_mesh(manifests):
        skipped = {text.strip() for text in workload.pod_annotations.get(SKIPPED, "").split(",") if text.strip()}
        for port in sorted({port["containerPort"] for port in workload.ports} & {HTTP, OPS}):
            if str(port) not in skipped:
                yield f"{workload}: whoever calls {port} seems to come from the pod itself"
        if skipped - {str(HTTP), str(OPS)}:
            yield f"{workload}: {', '.join(sorted(skipped))} is reached past the mesh; {GRPC} is what it is for"


@rule("mesh-proxy-lasts")
def mesh_proxy_lasts(manifests):
    """The proxy ends after the product, whose last calls go through it."""
    for workload in in_mesh(manifests):
        if workload.pod_annotations.get(LASTS) != "true":
            yield f"{workload} loses its proxy while it finishes"
