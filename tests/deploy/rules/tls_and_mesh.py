"""Encryption between services, by certificates or by a mesh."""

from manifests import env_of, title
from truth import components, edges

from rules import rule
from rules.wiring import upstreams

# Paths, which are read again when files are renewed; …_FILE would be the content, read once.
CALLING = {"GUILDHALL_TLS_CERTIFICATE_PATH", "GUILDHALL_TLS_KEY_PATH", "GUILDHALL_UPSTREAM_CA_PATH"}
NAMES = "GUILDHALL_TLS_CLIENT_NAMES"
KEY = {"algorithm": "ECDSA", "size": 256}
ANSWERING = {"GUILDHALL_TLS_CLIENT_CA_PATH", NAMES}


@rule("tls-everywhere")
def tls_everywhere(manifests):
    """All speak TLS to each other, or none does: half of it is a call that fails."""
    serving = [workload for workload in manifests.ours if workload.serves and workload.component != "all"]
    is_on = any((CALLING | ANSWERING) & set(env_of(workload.main)) for workload in serving)
    for workload in serving:
        own = (CALLING | ANSWERING) & set(env_of(workload.main))
        # The gateway answers HTTP, to an ingress that has no certificate of ours.
        wanted = CALLING if workload.component == "gateway" else CALLING | ANSWERING
        if is_on and wanted - own:
            yield f"{workload} lacks {', '.join(sorted(wanted - own))}"
        if own - wanted:
            yield f"{workload} speaks HTTP and is told {', '.join(sorted(own - wanted))}"
        for url in upstreams(workload).values():
            if url.scheme != ("https" if is_on else "http"):
                yield f"{workload} calls {url.geturl()} {'without' if is_on else 'with'} TLS"


@rule("tls-callers")
def tls_callers(manifests):
    """Whoever calls a service by the graph is let in by a name of its certificate, and no other service is."""
    by_secret = {certificate["spec"]["secretName"]: certificate for certificate in manifests.of("Certificate")}
    names = {}
    for workload in manifests.ours:
        volume = workload.volumes.get("tls")
        if volume is not None and volume["secret"]["secretName"] in by_secret:
            names[workload.component] = set(by_secret[volume["secret"]["secretName"]]["spec"].get("dnsNames") or [])
    for workload in manifests.ours:
        listed = env_of(workload.main).get(NAMES)
        if listed is None:
            continue
        let_in = {name.strip() for name in listed.split(",")}
        if "*" in let_in:
            yield f"{workload} lets in every certificate of the authority"
        for caller, own in sorted(names.items()):
            calls = (caller, workload.component) in edges()
            if calls and not let_in & own:
                yield f"{workload} does not let in {caller}, which calls it"
            if not calls and caller != workload.component and let_in & own:
                yield f"{workload} lets in {caller}, which does not call it"


@rule("certificates")
def certificates(manifests):
    """A certificate names every Service that leads to its pods, so that callers believe it, and is renewed in time."""
    by_secret = {certificate["spec"]["secretName"]: certificate for certificate in manifests.of("Certificate")}
    namespace = manifests.of("Namespace")[0]["metadata"]["name"] if manifests.of("Namespace") else ""
    for certificate in manifests.of("Certificate"):
        spec = certificate["spec"]
        if spec.get("isCA") and spec.get("privateKey") != KEY | {"rotationPolicy": "Never"}:
            yield f"{title(certificate)} gets another key, and what it signed before is believed no more"
        issuer = spec["issuerRef"]
        if manifests.get(issuer["kind"], issuer["name"]) is None:
            yield f"{title(certificate)} is signed by {issuer['kind']}/{issuer['name']}, which is not there"
        if spec.get("isCA"):
            continue
        if spec.get("privateKey") != KEY | {"rotationPolicy": "Always"}:
            yield f"{title(certificate)} keeps its key for ever, or has one of another kind"
        hours = {field: int(spec.get(field, "0h").removesuffix("h")) for field in ("duration", "renewBefore")}
        if not 24 <= hours["duration"] <= 90 * 24 or not 0 < hours["renewBefore"] <= hours["duration"] // 2:
            yield f"{title(certificate)} lives for {hours['duration']} hours, renewed {hours['renewBefore']} before"
    for workload in manifests.ours:
        volume = workload.volumes.get("tls")
        if volume is None:
            continue
        certificate = by_secret.get(volume["secret"]["secretName"])
        if certificate is None:
            yield f"{workload}: nobody makes Secret/{volume['secret']['secretName']}"
            continue
        spec = certificate["spec"]
        services = [
            service["metadata"]["name"]
            for service in manifests.of("Service")
            if str(workload) in map(str, manifests.selected(service["spec"]["selector"]))
        ]
        wanted = {f"{name}{suffix}" for name in services for suffix in ("", f".{namespace}", f".{namespace}.svc")}
        if set(spec.get("dnsNames") or []) != wanted:
            yield f"{title(certificate)} is for {spec.get('dnsNames')}, not for {sorted(wanted)}"
        if set(spec.get("usages") or []) != {"server auth", "client auth"}:
            yield f"{title(certificate)} does not do for both ends of a call"


@rule("mesh")
def mesh(manifests):
    """A mesh balances what is called at a ClusterIP. A Job is not in it: it calls nobody there."""
    in_mesh = [
        workload for workload in manifests.workloads if workload.pod_annotations.get("linkerd.io/inject") == "enabled"
    ]
    if not in_mesh:
        return
    missing = components() - {workload.component for workload in in_mesh}
    if missing:
        yield f"{', '.join(sorted(missing))} is not in the mesh"
    for workload in in_mesh:
        for url in upstreams(workload).values():
            service = manifests.get("Service", url.hostname)
            if service and service["spec"].get("clusterIP") == "None":
                yield f"{workload} calls {url.hostname}, which the mesh does not balance"
    for workload in manifests.ours:
        # A namespace may say that all are in it.
        if workload.kind == "Job" and workload.pod_annotations.get("linkerd.io/inject") != "disabled":
            yield f"{workload} is not kept out of the mesh"
    for service in manifests.of("Service"):
        if service["spec"].get("clusterIP") == "None" and any(
            str(w) in map(str, in_mesh) for w in manifests.selected(service["spec"]["selector"])
        ):
            yield f"{title(service)} has no address that the mesh could balance"
