"""How people, programs and numbers get in and out: routes, monitoring."""

import json
import re

from manifests import title
from truth import INTERNAL_RPCS, ROOT, in_the_cluster, rpc_services

from rules import rule
from rules.expressions import mentions
from rules.traffic import matches

def has_port(manifests, name, port):
    service = manifests.get("Service", name)
    return service is not None and any(port in (entry["port"], entry.get("name")) for entry in service["spec"]["ports"])


@rule("routes")
def routes(manifests):
    """Whatever leads in leads to a port of a Service, and ends TLS first."""
    for ingress in manifests.of("Ingress"):
        spec = ingress["spec"]
        hosts = {host for entry in spec.get("tls") or [] for host in entry["hosts"]}
        for entry in spec["rules"]:
            if entry.get("host") not in hosts:
                yield f"{title(ingress)} serves {entry.get('host')} without TLS"
            for path in entry["http"]["paths"]:
                service = path["backend"]["service"]
                port = service["port"].get("name") or service["port"].get("number")
                if not has_port(manifests, service["name"], port):
                    yield f"{title(ingress)} leads to {service['name']}:{port}, where there is nothing"
    for route in manifests.of("HTTPRoute", "GRPCRoute"):
        for entry in route["spec"]["rules"]:
            for backend in entry["backendRefs"]:
                if not has_port(manifests, backend["name"], backend["port"]):
                    yield f"{title(route)} leads to {backend['name']}:{backend['port']}, where there is nothing"


@rule("rpc-routes")
def rpc_routes(manifests):
    """Every RPC that somebody outside may call is led to the service that answers it, and no other is."""
    routed = {}
    for route in manifests.of("GRPCRoute"):
        for entry in route["spec"]["rules"]:
            for match in entry.get("matches") or [{}]:
                routed[(match.get("method") or {}).get("service")] = entry["backendRefs"][0]["name"]
    if not routed:
        return
    for name, backend in routed.items():
        if name not in rpc_services():
            yield f"there is no RPC service {name}"
        elif name in INTERNAL_RPCS:
            yield f"{name} is for services alone"
        elif in_the_cluster(rpc_services()[name]) != backend:
            yield f"{name} is led to {backend}"
    for name in set(rpc_services()) - set(routed) - INTERNAL_RPCS:
        yield f"{name} is led nowhere"


@rule("pod-monitor")
def pod_monitor(manifests):
    """Every pod of ours that serves is asked for its numbers, at a port that it has."""
    for monitor in manifests.of("PodMonitor"):
        spec = monitor["spec"]
        # Dashboards and alerts tell services apart by job, and numbers stay in the namespace of their pods.
        if spec.get("jobLabel") != "app.kubernetes.io/component" or "namespaceSelector" in spec:
            where = spec.get("namespaceSelector") or "its namespace"
            yield f"{title(monitor)} names jobs by {spec.get('jobLabel')}, in {where}"
        for endpoint in spec["podMetricsEndpoints"]:
            asked = (endpoint["port"], endpoint.get("path", "/metrics"), endpoint.get("scheme", "http"))
            if asked[1:] != ("/metrics", "http"):
                yield f"{title(monitor)} asks at {asked}, where no numbers are"
            if endpoint.get("interval", "15s") != "15s":
                yield f"{title(monitor)} asks every {endpoint['interval']}, and rates are over a minute at least"
        chosen = [workload for workload in manifests.workloads if matches(spec["selector"], workload.pod_labels)]
        names = {str(workload) for workload in chosen}
        missed = [str(workload) for workload in manifests.ours if workload.serves and str(workload) not in names]
        if missed:
            yield f"{title(monitor)} misses {', '.join(missed)}"
        for workload in chosen:
            for endpoint in spec["podMetricsEndpoints"]:
                if workload.port(endpoint.get("port")) is None:
                    yield f"{title(monitor)} asks {workload} at the port {endpoint.get('port')}, which it does not have"


def sums_over_namespaces(expression):
    return re.search(r"\b(?:sum|max|min|avg|count)\b(?! *by *\(namespace\b)", expression) is not None


@rule("alerts")
def alerts(manifests):
    """Alerts are of one namespace each, and say how bad it is and what to do."""
    for rules in manifests.of("PrometheusRule"):
        for group in rules["spec"]["groups"]:
            for entry in group["rules"]:
                if entry.get("labels", {}).get("severity") not in ("page", "ticket"):
                    yield f"{entry.get('alert')} does not say whether it is for now or for tomorrow"
                told = entry.get("annotations") or {}
                runbook = told.get("runbook_url", "")
                page = re.fullmatch(r"https://\S+/([a-z-]+\.md)", runbook)
                if page is None or not (ROOT / "docs/runbooks" / page[1]).is_file():
                    yield f"{entry.get('alert')} leads to {runbook or 'no page'}, which is not there"
                if not {"summary", "description"} <= set(told):
                    yield f"{entry.get('alert')} does not say what is wrong and what to do"
                if sums_over_namespaces(entry["expr"]):
                    yield f"{entry.get('alert')} adds up what is of several namespaces"


@rule("dashboards")
def dashboards(manifests):
    """A dashboard is found by its label, and shows numbers of one namespace at a time."""
    for config in manifests.of("ConfigMap"):
        for key, text in (config.get("data") or {}).items():
            if not key.endswith(".json"):
                continue
            if (config["metadata"].get("labels") or {}).get("grafana_dashboard") != "1":
                yield f"{title(config)} is no dashboard to Grafana"
            panels = json.loads(text)["panels"]
            for panel in panels:
                for target in panel.get("targets") or []:
                    if target["expr"].count('namespace=~"$namespace"') < len(mentions(target["expr"])):
                        yield f"{title(config)}, {panel['title']}: shows several namespaces as one"
