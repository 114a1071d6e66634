"""Values that the program takes and a deployment should not have."""

import tomllib
from ipaddress import ip_network
from urllib.parse import urlsplit

from manifests import env_of, title

from rules import rule
from rules.traffic import elsewhere, may

# Networks of pods and of load balancers are narrower, by the version of the protocol.
WIDEST = {4: 8, 6: 32}


def values(manifests):
    """Every setting with its value and where it stands, in the file or in a variable."""
    for config in manifests.of("ConfigMap"):
        for name, value in tomllib.loads((config.get("data") or {}).get("config.toml", "")).items():
            yield title(config), name, str(value)
    for workload in manifests.ours:
        for name, value in env_of(workload.main).items():
            if name.startswith("GUILDHALL_"):
                yield str(workload), name.removeprefix("GUILDHALL_").lower(), value


@rule("trusted-proxies")
def trusted_proxies(manifests):
    """Whoever calls from such a network can claim any address, so it is no wider than a proxy's."""
    for where, name, value in values(manifests):
        if name != "trusted_proxies":
            continue
        for text in filter(None, map(str.strip, value.split(","))):
            network = ip_network(text, strict=False)
            if network.prefixlen < WIDEST[network.version]:
                yield f"{where}: whoever is in {text} can claim any address"


@rule("public-url")
def public_url(manifests):
    """People come by TLS; on their own machine they may do without."""
    for where, name, value in values(manifests):
        url = urlsplit(value)
        if name == "public_url" and url.scheme != "https" and url.hostname != "localhost":
            yield f"{where}: people would come to {value} without TLS"


@rule("reflection")
def reflection(manifests):
    """That everybody may list calls is said by the component debug-reflection, where it is seen, never by the file."""
    for config in manifests.of("ConfigMap"):
        file = tomllib.loads((config.get("data") or {}).get("config.toml", ""))
        if file.get("reflection") == "public":
            yield f"{title(config)}: everybody who reaches a port could list calls"


@rule("traces-endpoint")
def traces_endpoint(manifests):
    """Where traces are sent to can be reached: its port is the one that policies let through."""
    if not manifests.of("NetworkPolicy"):
        return
    for workload in manifests.ours:
        endpoint = env_of(workload.main).get("OTEL_EXPORTER_OTLP_ENDPOINT")
        if endpoint is None:
            continue
        url = urlsplit(endpoint)
        # A host in the cluster is a Service and its namespace.
        collector = elsewhere({"kubernetes.io/metadata.name": (url.hostname or "").partition(".")[2]})
        if not may(manifests, workload.pod_labels, "Egress", collector, url.port):
            yield f"{workload} sends traces to {endpoint}, where they do not get"
