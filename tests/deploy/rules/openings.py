"""What network policies open, entry by entry: for each pod exactly what it needs, and not a port or a peer more."""

from truth import components, edges

from rules import rule
from rules.traffic import GRPC, HTTP, MESH, OPS, POSTGRES, here, matches, may

# Resolvers listen on the first, OpenShift's on the second.
NAMES = (53, 5353)
# With STARTTLS, and inside TLS.
SUBMISSION = (587, 465)
TRACES = 4317
SOLVER = 8089
# Where Linkerd's proxies ask for addresses, certificates and policies.
CONTROL_PLANE = (8080, 8086, 8090)
EVERYWHERE = "0.0.0.0/0"
# Networks that are nobody's on the internet: clusters', machines' own, and where clouds tell nodes their credentials.
PRIVATE = {"10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"}
POSTGRES_POD = {"app.kubernetes.io/name": "postgres", "app.kubernetes.io/component": "postgres"}
CLIENT = {"matchLabels": {"guildhall/client": "true"}}
# What stands beside a peer's name in a policy.
PEERS = {
    "ingress": {"namespaceSelector": {"matchLabels": {"guildhall/ingress": "true"}}},
    "gRPC's ingress": {"namespaceSelector": {"matchLabels": {"guildhall/grpc-ingress": "true"}}},
    "marked clients": {"namespaceSelector": CLIENT, "podSelector": CLIENT},
    "monitoring": {"namespaceSelector": {"matchLabels": {"guildhall/monitoring": "true"}}},
    "Linkerd": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "linkerd"}}},
    "every namespace": {"namespaceSelector": {}},
}


def strangers():
    """Labels of pods that are in the namespace and none of the product's."""
    return [{}, POSTGRES_POD] + [{"app.kubernetes.io/component": component} for component in components()]


def peer_name(peer):
    for name, described in PEERS.items():
        if peer == described:
            return name
    if set(peer) == {"podSelector"} and not any(matches(peer["podSelector"], labels) for labels in strangers()):
        # Which of them, the service graph decides.
        return "pods here"
    block = peer.get("ipBlock") or {}
    if block.get("cidr") == EVERYWHERE and set(block.get("except") or []) == PRIVATE:
        return "the internet"
    return str(peer)


def openings(manifests, pod_labels, direction):
    """What all policies together open for a pod: peer, protocol and port of each."""
    field, side = ("egress", "to") if direction == "Egress" else ("ingress", "from")
    for policy in manifests.of("NetworkPolicy"):
        if not matches(policy["spec"]["podSelector"], pod_labels):
            continue
        for entry in policy["spec"].get(field) or []:
            peers = [peer_name(peer) for peer in entry.get(side) or []] or ["anybody"]
            for port in entry.get("ports") or [{}]:
                number = port.get("port", "every port")
                if "endPort" in port:
                    number = f"{number} to {port['endPort']}"
                for peer in peers:
                    yield peer, port.get("protocol", "TCP"), number


def at(peer, *ports):
    return {(peer, "TCP", port) for port in ports}


def secrets_of(workload):
    return {volume["secret"]["secretName"] for volume in workload.volumes.values() if "secret" in volume}


def needed_outward(workload):
    secrets = secrets_of(workload)
    needed = {("anybody", protocol, port) for protocol in ("UDP", "TCP") for port in NAMES}
    if any(caller == workload.component for caller, _ in edges()):
        needed |= at("pods here", GRPC, MESH)
    if "guildhall-database" in secrets:
        needed |= at("anybody", POSTGRES)
    if "guildhall-smtp" in secrets:
        needed |= at("anybody", *SUBMISSION)
    if "guildhall-stripe" in secrets:
        needed |= at("the internet", 443)
    if any(entry["name"] == "OTEL_EXPORTER_OTLP_ENDPOINT" for entry in workload.main.get("env") or []):
        needed |= at("every namespace", TRACES)
    if workload.pod_annotations.get("linkerd.io/inject") == "enabled":
        needed |= at("Linkerd", *CONTROL_PLANE)
    return needed


def needed_inward(workload):
    needed = at("monitoring", OPS)
    if workload.component == "gateway":
        needed |= at("ingress", HTTP)
    elif workload.serves:
        for peer in ("pods here", "marked clients", "gRPC's ingress"):
            needed |= at(peer, GRPC, MESH)
    return needed


def needed_by_others():
    """Pods that are not the product's: the database of postgres-dev, and those that cert-manager makes while a certificate
    is asked for by HTTP-01. Both ask for nothing but names."""
    outward = {("anybody", protocol, port) for protocol in ("UDP", "TCP") for port in NAMES}
    yield "Postgres", POSTGRES_POD, outward, at("pods here", POSTGRES)
    yield "a solver", {"acme.cert-manager.io/http01-solver": "true"}, outward, at("ingress", SOLVER)


def compared(where, pod_labels, manifests, **needed):
    for direction, wanted in needed.items():
        open_now = set(openings(manifests, pod_labels, direction))
        for peer, protocol, port in sorted(open_now - wanted, key=str):
            yield f"{where}, {direction}: {peer} at {port} by {protocol} is open, and nothing needs it"
        for peer, protocol, port in sorted(wanted - open_now, key=str):
            yield f"{where}, {direction}: {peer} at {port} by {protocol} is shut, and it is needed"


@rule("network-openings")
def network_openings(manifests):
    """Nothing is open but this list. A range of ports, a whole network or the address where a cloud gives out credentials
    would not be noticed by asking about a few peers and ports."""
    if not manifests.of("NetworkPolicy"):
        return
    for workload in manifests.ours:
        outward, inward = needed_outward(workload), needed_inward(workload)
        yield from compared(workload, workload.pod_labels, manifests, Egress=outward, Ingress=inward)
    for name, labels, outward, inward in needed_by_others():
        yield from compared(name, labels, manifests, Egress=outward, Ingress=inward)


@rule("network-postgres")
def network_postgres(manifests):
    """The database of postgres-dev lets in those of the product that have a database."""
    if not manifests.of("NetworkPolicy"):
        return
    for workload in manifests.ours:
        uses = "guildhall-database" in secrets_of(workload)
        if may(manifests, POSTGRES_POD, "Ingress", here(workload.pod_labels), POSTGRES) != uses:
            yield f"{workload} {'cannot' if uses else 'can'} reach Postgres in the cluster"
