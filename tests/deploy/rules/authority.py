"""Who signs certificates, and what else is done with them than calls between services."""

from manifests import env_of, title

from rules import rule
from rules.tls_and_mesh import NAMES

YEAR = 365 * 24


def hours(spec, field):
    return int(spec.get(field, "0h").removesuffix("h"))


def is_clients(certificate):
    """Whether it is for a program that only calls, and is no service of ours."""
    return certificate["spec"].get("usages") == ["client auth"]


def routed(manifests):
    return {
        backend["name"]
        for route in manifests.of("GRPCRoute")
        for entry in route["spec"]["rules"]
        for backend in entry["backendRefs"]
    }


@rule("authority")
def authority(manifests):
    """An issuer signs with a certificate that may sign, made here by itself, and outlives what it signs."""
    by_secret = {certificate["spec"]["secretName"]: certificate for certificate in manifests.of("Certificate")}
    for issuer in manifests.of("Issuer"):
        if "ca" not in issuer["spec"]:
            continue
        name = issuer["spec"]["ca"]["secretName"]
        spec = by_secret[name]["spec"] if name in by_secret else {}
        if spec.get("isCA") is not True or not spec.get("commonName"):
            yield f"{title(issuer)} signs with Secret/{name}, which is no authority's"
            continue
        own = manifests.get("Issuer", spec["issuerRef"]["name"])
        if own is None or "selfSigned" not in own["spec"]:
            yield f"{title(by_secret[name])} is not signed by itself"
        if hours(spec, "duration") < YEAR:
            yield f"{title(by_secret[name])} ends after {spec.get('duration')}, and all that it signed with it"
    for certificate in manifests.of("Certificate"):
        issuer = manifests.get("Issuer", certificate["spec"]["issuerRef"]["name"])
        if issuer and ("ca" in issuer["spec"]) == certificate["spec"].get("isCA", False):
            yield f"{title(certificate)} is signed by {title(issuer)}, which is not for such"


@rule("gateway-callers")
def gateway_callers(manifests):
    """A Gateway that has a certificate is let in where routes lead, and knows by what name and authority to believe."""
    callers = [certificate for certificate in manifests.of("Certificate") if is_clients(certificate)]
    policies = {}
    for policy in manifests.of("BackendTLSPolicy"):
        for target in policy["spec"]["targetRefs"]:
            policies.setdefault(target["name"], []).append(policy)
    if not callers and not policies:
        return
    if set(policies) != routed(manifests):
        yield f"policies are for {sorted(policies)}, and routes lead to {sorted(routed(manifests))}"
    for name in sorted(set(policies) & routed(manifests)):
        names = (manifests.get("Certificate", name) or {"spec": {}})["spec"].get("dnsNames") or []
        for policy in policies[name]:
            validation = policy["spec"]["validation"]
            if len(policies[name]) > 1 or validation["hostname"] not in names:
                yield f"{title(policy)}: {validation['hostname']} is not what Service/{name} shows"
            authorities = [(ref["kind"], ref["name"]) for ref in validation["caCertificateRefs"]]
            if authorities != [("ConfigMap", "guildhall-ca")]:
                yield f"{title(policy)} believes {authorities}"
    for workload in manifests.ours:
        let_in = {name.strip() for name in env_of(workload.main).get(NAMES, "").split(",")}
        for certificate in callers:
            if (workload.name in routed(manifests)) != bool(let_in & set(certificate["spec"]["dnsNames"])):
                yield f"{workload} and {title(certificate)}: whom routes lead to lets the Gateway in, and nobody else"


@rule("known-callers")
def known_callers(manifests):
    """Whoever is let in has a certificate that is made here."""
    known = {name for certificate in manifests.of("Certificate") for name in certificate["spec"].get("dnsNames") or []}
    for workload in manifests.ours:
        listed = env_of(workload.main).get(NAMES)
        for name in sorted({name.strip() for name in (listed or "").split(",")} - known - {"", "*"}):
            yield f"{workload} lets in {name}, which nobody here is"
