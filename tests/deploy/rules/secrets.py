"""Who gets to know what."""

import re

from manifests import env_of, public_url, settings_file, title
from truth import settings

from rules import rule
from rules.wiring import mounted_keys

SECRET_WORD = re.compile(r"SECRET|PASSWORD$|ENCRYPTION_KEY|TOKEN|DATABASE_URL|_MAIL$|^PGPASS")
URL_WITH_PASSWORD = re.compile(r"[a-z+]+://[^/\s:@]+:[^/\s@]+@")
# Who may be told of each, by component. What serves never holds the rights to change schemas, nor those to
# read what another service keeps; what faces the internet opens no signing keys.
MAY_KNOW = {
    ("guildhall-database", "url"): {"migrate"},
    ("guildhall-database", "migrate-url"): {"migrate"},
    ("guildhall-database", "identity-url"): {"identity"},
    ("guildhall-database", "organizations-url"): {"organizations"},
    ("guildhall-database", "invitations-url"): {"invitations"},
    ("guildhall-database", "billing-context-url"): {"billing"},
    ("guildhall-keys", "encryption-key"): {"identity", "organizations", "invitations", "billing", "all"},
    ("guildhall-keys", "gateway-key"): {"gateway"},
    ("guildhall-keys", "service-secrets"): {"identity", "organizations", "invitations", "billing", "gateway", "all"},
    ("guildhall-smtp", "url"): {"identity", "invitations", "all"},
    ("guildhall-stripe", "secret-key"): {"billing", "all"},
    ("guildhall-stripe", "webhook-secret"): {"billing", "all"},
}
# What each setting's file is, as the Secret's name and the key.
FILES = {
    "GUILDHALL_DATABASE_URL_FILE": r"guildhall-database/(?!migrate-)([a-z-]+-)?url",
    "GUILDHALL_MIGRATE_DATABASE_URL_FILE": r"guildhall-database/migrate-url",
    "GUILDHALL_ENCRYPTION_KEY_FILE": r"guildhall-keys/(encryption|gateway)-key",
    "GUILDHALL_SERVICE_SECRETS_FILE": r"guildhall-keys/service-secrets",
    "GUILDHALL_MAIL_FILE": r"guildhall-smtp/url",
    "GUILDHALL_STRIPE_SECRET_KEY_FILE": r"guildhall-stripe/secret-key",
    "GUILDHALL_STRIPE_WEBHOOK_SECRET_FILE": r"guildhall-stripe/webhook-secret",
    "GUILDHALL_TLS_CERTIFICATE_PATH": r"[a-z]+-tls/tls\.crt",
    "GUILDHALL_TLS_KEY_PATH": r"[a-z]+-tls/tls\.key",
    "GUILDHALL_TLS_CLIENT_CA_PATH": r"[a-z]+-tls/ca\.crt",
    "GUILDHALL_UPSTREAM_CA_PATH": r"[a-z]+-tls/ca\.crt",
}
# What differs by pod.
VARIABLES = {
    "GUILDHALL_CONFIG",
    "GUILDHALL_DATA_DIR",
    "GUILDHALL_GRPC_LISTEN",
    "GUILDHALL_HTTP_LISTEN",
    "GUILDHALL_OPS_LISTEN",
    "GUILDHALL_PASSWORD_MEMORY_BUDGET_MIB",
    "GUILDHALL_REFLECTION",
    "GUILDHALL_SHUTDOWN_DELAY_SECONDS",
    "GUILDHALL_TLS_CLIENT_NAMES",
    "GUILDHALL_TRUSTED_PROXIES",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
}


@rule("secrets-in-clear")
def secrets_in_clear(manifests):
    """A secret comes from a file, so that neither `kubectl describe` nor a dump of the environment shows it."""
    for workload in manifests.workloads:
        for container in workload.containers:
            for name, value in env_of(container).items():
                if SECRET_WORD.search(name) and not name.endswith("_FILE") or URL_WITH_PASSWORD.search(value):
                    yield f"{workload}: {name} holds a secret"
    for config in manifests.of("ConfigMap"):
        for key, text in (config.get("data") or {}).items():
            settings = re.findall(r"(?m)^\s*(\w*(?:secret|password|encryption_key|database_url)\w*)\s*=", text)
            if settings or URL_WITH_PASSWORD.search(text):
                yield f"{title(config)}, {key}: holds a secret"


@rule("least-knowledge")
def least_knowledge(manifests):
    """Each service is told the secrets that it needs, and no others."""
    for workload in manifests.ours:
        for volume in workload.volumes.values():
            secret = volume.get("secret")
            if secret is None or secret["secretName"].endswith("-tls"):
                continue
            if not secret.get("items"):
                yield f"{workload} takes all of Secret/{secret['secretName']}"
            for item in secret.get("items") or []:
                if workload.component not in MAY_KNOW.get((secret["secretName"], item["key"]), set()):
                    yield f"{workload} has no business with {item['key']} of Secret/{secret['secretName']}"


@rule("secrets-by-files")
def secrets_by_files(manifests):
    """By no other way than files of named keys: a variable would be shown by whatever shows the environment."""
    for workload in manifests.ours:
        for container in workload.containers:
            for entry in container.get("env") or []:
                if set(entry) != {"name", "value"}:
                    yield f"{workload}: {entry['name']} is not a value that stands here"


@rule("secret-files")
def secret_files(manifests):
    """The file that a setting names is the one for it, and not another's."""
    for workload in manifests.ours:
        for container in workload.containers:
            files = mounted_keys(manifests, workload, container)
            for name, path in env_of(container).items():
                kind, source = files.get(path, (None, None))
                if kind == "Secret" and not re.fullmatch(FILES.get(name, ""), source):
                    yield f"{workload}: {name} is {source}"


@rule("one-maker")
def one_maker(manifests):
    """Each Secret is made by one: two would write over each other for ever."""
    makers = {}
    for secret in manifests.of("Secret"):
        makers.setdefault(secret["metadata"]["name"], []).append(title(secret))
    for external in manifests.of("ExternalSecret"):
        makers.setdefault(external["spec"]["target"]["name"], []).append(title(external))
    for certificate in manifests.of("Certificate"):
        makers.setdefault(certificate["spec"]["secretName"], []).append(title(certificate))
    for name, owners in makers.items():
        if len(owners) > 1:
            yield f"Secret/{name} is made by {' and '.join(owners)}"


@rule("secrets-of-others")
def secrets_of_others(manifests):
    """Secrets are made by whoever deploys, from a store or by hand; what stands here is known to everybody who reads it."""
    if public_url(manifests).hostname != "localhost":
        for secret in manifests.of("Secret"):
            yield f"{title(secret)} is known to everybody"
    for external in manifests.of("ExternalSecret"):
        place = external["spec"]["target"]["name"].replace("-", "/", 1)
        for entry in external["spec"]["data"]:
            remote = entry["remoteRef"]
            if (remote["key"], remote.get("property")) != (place, entry["secretKey"]):
                yield f"{title(external)} takes {entry['secretKey']} from {remote}"


@rule("variables")
def variables(manifests):
    """What is for the whole product stands in the file, and a variable would count before it: what differs by pod alone
    is a variable. Neither makes the product a toy."""
    for workload in manifests.ours:
        for name in sorted(set(env_of(workload.main)) - VARIABLES - set(FILES)):
            # Those that nobody knows are told elsewhere.
            is_known = name.startswith("OTEL_") or name.removeprefix("GUILDHALL_").lower() in settings()
            if is_known and not name.startswith("GUILDHALL_UPSTREAM_"):
                yield f"{workload}: {name} belongs into the file, or nowhere"
    given = settings_file(manifests)
    for name in sorted({"admin_password", "environment", "rate_limits"} & set(given)):
        yield f"the file says {name}"
