"""At which hosts and addresses the product is found."""

from manifests import public_url, title

from rules import rule

WHOLE = {"type": "PathPrefix", "value": "/"}


def port_name(manifests, name, port):
    service = manifests.get("Service", name)
    for entry in service["spec"]["ports"] if service else []:
        if port in (entry["port"], entry.get("name")):
            return entry.get("name")
    return None


def leads_astray(manifests, name, port):
    """A port that is there, and not the gateway's for HTTP. What is not there at all, routes tell."""
    found = port_name(manifests, name, port)
    return found is not None and (name, found) != ("gateway", "http")


@rule("hosts")
def hosts(manifests):
    """People come to the host that links name, by any path, to the gateway; programs with gRPC to one host of their own."""
    wanted = public_url(manifests).hostname
    for ingress in manifests.of("Ingress"):
        spec = ingress["spec"]
        if ingress != manifests.of("Ingress")[0]:
            yield f"{title(ingress)} is one more, and controllers choose between them as they like"
        named = {host for entry in spec.get("tls") or [] for host in entry["hosts"]}
        named |= {entry.get("host") for entry in spec["rules"]}
        if named != {wanted}:
            yield f"{title(ingress)} serves {sorted(map(str, named))}, and people are led to {wanted}"
        if "defaultBackend" in spec:
            yield f"{title(ingress)} serves every host"
        for entry in spec["rules"]:
            paths = [(path["path"], path["pathType"]) for path in entry["http"]["paths"]]
            if paths != [("/", "Prefix")]:
                yield f"{title(ingress)} serves {paths}, and there are pages, keys and an API"
            for path in entry["http"]["paths"]:
                service = path["backend"]["service"]
                if leads_astray(manifests, service["name"], service["port"].get("name") or service["port"].get("number")):
                    yield f"{title(ingress)} leads to {service['name']}"
    for route in manifests.of("HTTPRoute", "GRPCRoute"):
        for entry in route["spec"]["rules"]:
            if [set(backend) for backend in entry["backendRefs"]] != [{"name", "port"}]:
                yield f"{title(route)} leads to {entry['backendRefs']}, not to one"
    for route in manifests.of("HTTPRoute"):
        spec = route["spec"]
        if spec.get("hostnames") != [wanted]:
            yield f"{title(route)} serves {spec.get('hostnames')}, and people are led to {wanted}"
        for entry in spec["rules"]:
            if entry.get("matches") != [{"path": WHOLE}]:
                yield f"{title(route)} serves {entry.get('matches')}, and there are pages, keys and an API"
            if any(leads_astray(manifests, backend["name"], backend["port"]) for backend in entry["backendRefs"]):
                yield f"{title(route)} leads to {entry['backendRefs']}"
    for route in manifests.of("GRPCRoute"):
        first = manifests.of("GRPCRoute")[0]["spec"].get("hostnames")
        own = route["spec"].get("hostnames") or []
        if len(own) != 1 or own != first or wanted in own:
            yield f"{title(route)} serves {own}, and not the one host for gRPC"
        for entry in route["spec"]["rules"]:
            for match in entry.get("matches") or []:
                if set(match) != {"method"} or set(match["method"]) != {"service"}:
                    yield f"{title(route)} serves {match}, not the whole of an RPC service"


@rule("addresses")
def addresses(manifests):
    """Inside the cluster alone, and by each pod's own address where callers balance by themselves."""
    of_sets = {workload.spec["serviceName"] for workload in manifests.workloads if "serviceName" in workload.spec}
    for service in manifests.of("Service"):
        name, spec = service["metadata"]["name"], service["spec"]
        if spec.get("type", "ClusterIP") != "ClusterIP":
            yield f"{title(service)} is a {spec['type']}, which is reached past every entrance"
        wanted = "None" if name.endswith("-headless") or name in of_sets else None
        if spec.get("clusterIP") != wanted:
            yield f"{title(service)} has the address {spec.get('clusterIP')}, and should have {wanted or 'one of its own'}"
    for workload in manifests.workloads:
        name = workload.spec.get("serviceName")
        service = manifests.get("Service", name)
        if workload.kind == "StatefulSet" and (
            service is None or workload.name not in [to.name for to in manifests.selected(service["spec"]["selector"])]
        ):
            yield f"{workload} names its pods by Service/{name}, which does not lead to them"
