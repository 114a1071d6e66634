"""How pods are asked for their health."""

from manifests import env_of

from rules import rule

# What the design gives each probe of ours: how often it is asked, and how often it may fail.
PROBES = {"startupProbe": (2, 30), "readinessProbe": (5, 2), "livenessProbe": (10, 6)}
HEALTH = {"startupProbe": "startup", "readinessProbe": "ready", "livenessProbe": "live"}
PATHS = {"startupProbe": "/startupz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}
# Where each kind of question is answered: gRPC beside the calls, HTTP on the operator's port.
ANSWERS = {"grpc": 50051, "httpGet": 9090}
HANDLERS = {"grpc": {"port", "service"}, "httpGet": {"path", "port"}}
FIELDS = {"failureThreshold", "grpc", "httpGet", "periodSeconds", "timeoutSeconds"}


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
            for handler, wanted in ANSWERS.items():
                port = workload.port(probe.get(handler, {}).get("port"))
                if port is not None and port != wanted:
                    yield f"{workload}, {name}: asks by {handler} at {port}, where nothing answers such a question"


@rule("probe-fields")
def probe_fields(manifests):
    """A program answers, no shell and no open port, in plain text; and the first answer counts, with no wait before."""
    for workload in manifests.ours:
        for container in workload.containers:
            for name in PROBES:
                probe = container.get(name) or {}
                if probe and (not workload.serves or container is not workload.main):
                    yield f"{workload}, {container['name']}: what ends by itself has a {name}"
                for field in sorted(set(probe) - FIELDS):
                    yield f"{workload}, {name}: has {field}"
                for handler, known in HANDLERS.items():
                    for field in sorted(set(probe.get(handler) or {}) - known):
                        yield f"{workload}, {name}: {handler} has {field}"
                if not 1 <= probe.get("timeoutSeconds", 1) <= probe.get("periodSeconds", 10):
                    yield f"{workload}, {name}: waits {probe['timeoutSeconds']} seconds for an answer"


@rule("probes-and-tls")
def probes_and_tls(manifests):
    """A probe of gRPC cannot speak TLS, so it would never succeed."""
    for workload in manifests.ours:
        if "GUILDHALL_TLS_CERTIFICATE_PATH" in env_of(workload.main):
            for name in PROBES:
                if "grpc" in (workload.main.get(name) or {}):
                    yield f"{workload}, {name}: gRPC where TLS is on"
