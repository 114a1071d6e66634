"""Who gets to know what."""

import re

from manifests import env_of, title

from rules import rule

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
