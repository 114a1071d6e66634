"""What the manifests have to agree with, read from the places where it is decided."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"

# Kubernetes has to be one of these; every manifest is valid in the first and in the last.
OLDEST, NEWEST = "1.30.0", "1.37.0"

# What a service is called in the cluster, where that is not its own name.
IN_THE_CLUSTER = {"billing-context": "billing"}

# Settings that manifests use before the binary reads them. Where the code names one by now, its line here does nothing.
ANNOUNCED = set()

# Services with a database, by their own names; each has a role in Postgres.
DATABASES = ("identity", "organizations", "invitations", "billing-context")

# Secrets that whoever deploys makes, with their keys; deploy/README.md tells how.
EXPECTED_SECRETS = {
    "guildhall-database": {"url", "migrate-url"} | {f"{service}-url" for service in DATABASES},
    "guildhall-keys": {"encryption-key", "gateway-key", "service-secrets"},
    "guildhall-smtp": {"url"},
    "guildhall-stripe": {"secret-key", "webhook-secret"},
    "guildhall-postgres": {"password"},
    "gateway-ingress-tls": {"tls.crt", "tls.key"},
}

# ConfigMaps likewise.
EXPECTED_CONFIG_MAPS = {"guildhall-database-ca": {"ca.crt"}}

# RPC services that nobody outside calls: what services ask each other, and what only the gateway brings in.
INTERNAL_RPCS = {
    "guildhall.billing.v1.EntitlementChangeService",
    "guildhall.billing.v1.ManualProviderService",
    "guildhall.billing.v1.WebhookService",
    "guildhall.identity.v1.UserService",
    "guildhall.invitations.v1.AdmissionService",
    "guildhall.organizations.v1.AccessService",
    "guildhall.organizations.v1.OrganizationChangeService",
}

# What the binary tells of itself; the test that starts it compares.
METRICS = {
    "guildhall_revocation_feed_state",
    "guildhall_revocation_feed_lag_seconds",
    "guildhall_revocation_feed_entries",
    "guildhall_revocation_feed_capacity",
    "guildhall_revocation_feed_overflows_total",
    "guildhall_revocation_feed_resubscriptions_total",
    "guildhall_revocation_feed_key_sets_refused_total",
}


@cache
def described():
    """Every number that the operators' page describes, with its kind and its labels; of a label all that it may say, where
    that is listed."""
    page = (ROOT / "docs/observability.md").read_text()
    rows = found(r"(?m)^\| `(\w+)` \| (counter|gauge|histogram) \|([^|]*)\|", page, "the page for operators")
    return {name: (kind, labels_of(told)) for name, kind, told in rows}


def labels_of(told):
    labels = re.findall(r"`(\w+)`(?: \(([^)]*)\))?", told)
    return {label: set(re.findall(r"`(\w+)`", values)) for label, values in labels}


@cache
def metrics():
    """Those, and what the binary has to tell, with the parts that histograms are told in."""
    histograms = [name for name, (kind, _) in described().items() if kind == "histogram"]
    parts = {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}
    return METRICS | set(described()) | parts


def in_the_cluster(service):
    return IN_THE_CLUSTER.get(service, service)


def found(pattern, text, where):
    """Every match; none means that the place has changed and this file did not."""
    matches = re.findall(pattern, text)
    if not matches:
        raise LookupError(f"{where} no longer holds what is looked for: {pattern}")
    return matches


@cache
def edges():
    """Who connects to whom, by names of the cluster: whom services call, and identity for keys and revocations."""
    text = (ROOT / "tests/architecture/tests/it/service_graph.rs").read_text()
    block = found(r"const EDGES[^=]*= &\[(.*?)\];", text.replace("\n", " "), "the service graph")[0]
    calls = {
        tuple(map(in_the_cluster, edge)) for edge in found(r'\("([a-z-]+)", "([a-z-]+)"\)', block, "the service graph")
    }
    return calls | {(caller, "identity") for caller in components() if caller != "identity"}


@cache
def served():
    """What `guildhall serve` takes."""
    folder = ROOT / "services/guildhall/src"
    files = [folder / "command_line.rs", *sorted((folder / "command_line").glob("*.rs"))]
    text = " ".join(file.read_text().replace("\n", " ") for file in files)
    variants = found(r"enum Served \{([^}]*)\}", text, "the command line")[0]
    return {re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower() for name in re.findall(r"\b[A-Z]\w+", variants)}


@cache
def components():
    return {in_the_cluster(service) for service in served() if service != "all"}


@cache
def settings_in_code():
    """Names of settings, in lower case."""
    names = names_in_the_catalogue((ROOT / "services/guildhall/src/settings/catalog.rs").read_text())
    if not {"public_url", "encryption_key", "upstream_identity", "mail"} <= names:
        raise LookupError("the settings have moved")
    return names


def names_in_the_catalogue(text):
    """Without those that only a debug build knows: a released one refuses them."""
    released = re.sub(r"#\[cfg\(debug_assertions\)\]\s*\w+\([^)]*\),", "", text)
    return set(found(r'\b(?:plain|secret)\("([a-z_]+)",', released, "the catalogue of settings"))


def settings():
    """Those, and those that are announced."""
    return settings_in_code() | ANNOUNCED


@cache
def standard_variables():
    """Those of OpenTelemetry that are heeded."""
    text = (ROOT / "libs/service-kit/src/traces/settings.rs").read_text()
    return set(found(r'"(OTEL_[A-Z_]+)"', text.split("pub struct")[0], "the settings of traces"))


@cache
def settings_file_variable():
    """What names the file with settings, and is none itself."""
    text = (ROOT / "services/guildhall/src/settings/file.rs").read_text()
    return found(r'const VARIABLE: &str = "(GUILDHALL_[A-Z_]+)";', text, "the settings file")[0]


@cache
def password_memory_mib():
    text = (ROOT / "services/guildhall/src/settings/passwords.rs").read_text()
    return int(found(r"const BUDGET_MIB: u32 = (\d+);", text, "the settings of passwords")[0])


@cache
def version():
    text = (ROOT / "Cargo.toml").read_text()
    return found(r'\[workspace\.package\]\s*version = "([^"]+)"', text, "Cargo.toml")[0]


@cache
def rust_version():
    return found(r'\nrust-version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), "Cargo.toml")[0]


@cache
def rpc_services():
    """Full names of all RPC services, with what serves them."""
    services = {}
    for file in sorted((ROOT / "proto").rglob("*.proto")):
        text = file.read_text()
        package = found(r"\npackage ([\w.]+);", "\n" + text, file.name)[0]
        for name in re.findall(r"\nservice (\w+)", text):
            services[f"{package}.{name}"] = package.split(".")[1]
    return services
