"""Numbers that other programs tell under the same names."""

from rules import rule
from rules.expressions import mentions

# At the end, where it holds for all that stands before.
OURS = "and on (namespace, job) count by (namespace, job) (guildhall_build_info)"


@rule("calls-of-ours")
def calls_of_ours(manifests):
    """Names of OpenTelemetry's are everybody's: no alert of ours is about another program's calls."""
    for rules in manifests.of("PrometheusRule"):
        for group in rules["spec"]["groups"]:
            for entry in group["rules"]:
                shared = {name for name in mentions(entry["expr"]) if name.startswith(("http_", "rpc_"))}
                if shared and not " ".join(entry["expr"].split()).endswith(OURS):
                    yield f"{entry.get('alert')} is about anybody's {', '.join(sorted(shared))}"
