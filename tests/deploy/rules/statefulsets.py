"""What a StatefulSet does not let be changed, and what it waits for."""

from manifests import title

from rules import rule


@rule("unchanging-claims")
def unchanging_claims(manifests):
    """Claims of a StatefulSet cannot be changed, so they do not carry what another version changes."""
    for manifest in manifests.of("StatefulSet"):
        for claim in manifest["spec"].get("volumeClaimTemplates") or []:
            if "app.kubernetes.io/version" in (claim["metadata"].get("labels") or {}):
                yield f"{title(manifest)}: its claims carry a version, so no other can be applied"


@rule("replaced-unready")
def replaced_unready(manifests):
    """A pod that never gets ready is replaced by what is applied next; in order, it would be waited for."""
    for workload in manifests.ours:
        if workload.kind == "StatefulSet" and workload.spec.get("podManagementPolicy") != "Parallel":
            yield f"{workload} waits for a bad version to get ready before it takes another"
