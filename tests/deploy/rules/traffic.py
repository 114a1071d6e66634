"""Network policies, held against the service graph by asking them who may talk to whom."""

from manifests import title
from truth import edges

from rules import rule

GRPC, OPS, HTTP, POSTGRES = 50051, 9090, 8080, 5432
# A proxy of the mesh listens here in place of every port of its pod. Without a mesh nothing does.
MESH = 4143
OUTSIDE = {"ip": "203.0.113.7"}


def matches(selector, labels):
    """Whether a label selector takes these labels; an empty one takes all."""
    selector = selector or {}
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for term in selector.get("matchExpressions") or []:
        has, value = term["key"] in labels, labels.get(term["key"])
        fits = {
            "In": value in term.get("values", []),
            "NotIn": value not in term.get("values", []),
            "Exists": has,
            "DoesNotExist": not has,
        }[term["operator"]]
        if not fits:
            return False
    return True


def peer_fits(peer, other):
    if "ipBlock" in peer:
        # An address outside is in no network of ours, so what is left out does not matter here.
        return "ip" in other and peer["ipBlock"]["cidr"] == "0.0.0.0/0"
    if "ip" in other:
        return False
    if "namespaceSelector" in peer:
        if not matches(peer["namespaceSelector"], other["namespace"]):
            return False
    elif not other["is_here"]:
        return False
    return "podSelector" not in peer or matches(peer["podSelector"], other["pod"])


def may(manifests, pod_labels, direction, other, port, protocol="TCP"):
    """Whether policies let pods with these labels talk to (Egress) or be talked to by (Ingress) another."""
    policies = [
        policy["spec"]
        for policy in manifests.of("NetworkPolicy")
        if direction in policy["spec"].get("policyTypes", [direction]) and matches(policy["spec"]["podSelector"], pod_labels)
    ]
    if not policies:
        return True
    field, side = ("egress", "to") if direction == "Egress" else ("ingress", "from")
    for policy in policies:
        for allowed in policy.get(field) or []:
            ports = allowed.get("ports")
            port_fits = not ports or any(
                entry.get("port") == port and entry.get("protocol", "TCP") == protocol for entry in ports
            )
            peers = allowed.get(side)
            if port_fits and (not peers or any(peer_fits(peer, other) for peer in peers)):
                return True
    return False


def here(pod_labels):
    return {"is_here": True, "namespace": {"kubernetes.io/metadata.name": "guildhall"}, "pod": pod_labels}


def elsewhere(namespace_labels, pod_labels=None):
    return {"is_here": False, "namespace": namespace_labels, "pod": pod_labels or {}}


def guarded(manifests):
    return manifests.of("NetworkPolicy") and [workload for workload in manifests.ours]


@rule("network-edges")
def network_edges(manifests):
    """Along every edge of the service graph calls pass, and nowhere else."""
    for caller in guarded(manifests) or []:
        for called in manifests.ours:
            if caller.name == called.name or not called.serves:
                continue
            for port in (GRPC, MESH, OPS, HTTP, POSTGRES):
                wanted = port in (GRPC, MESH) and (caller.component, called.component) in edges()
                out = may(manifests, caller.pod_labels, "Egress", here(called.pod_labels), port)
                into = may(manifests, called.pod_labels, "Ingress", here(caller.pod_labels), port)
                if wanted and not (out and into):
                    side = "leave" if not out else "enter"
                    yield f"{caller} calls {called}, and its calls may not {side}"
                if not wanted and out and into:
                    yield f"{caller} may call {called} at {port}, which it never does"


@rule("network-default")
def network_default(manifests):
    """Where there are policies, what none of them names is refused, both ways."""
    policies = manifests.of("NetworkPolicy")
    if policies:
        closed = [
            policy
            for policy in policies
            if policy["spec"]["podSelector"] == {}
            and set(policy["spec"].get("policyTypes") or []) == {"Ingress", "Egress"}
            and not policy["spec"].get("ingress")
            and not policy["spec"].get("egress")
        ]
        if not closed:
            yield "nothing refuses what no policy names"
        # A direction that is described and not listed has no effect.
        for policy in policies:
            for field, word in (("ingress", "Ingress"), ("egress", "Egress")):
                if field in policy["spec"] and word not in policy["spec"].get("policyTypes", []):
                    yield f"{title(policy)} describes {field} and does not list it"
