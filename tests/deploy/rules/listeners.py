"""Which listeners of a Gateway serve."""

from manifests import title

from rules import rule


@rule("gateway-listener")
def gateway_listener(manifests):
    """A route is at the listener that ends TLS: without a name it is at all of them, that for plain HTTP too."""
    for route in manifests.of("HTTPRoute", "GRPCRoute"):
        for parent in route["spec"]["parentRefs"]:
            if parent.get("sectionName") != "https":
                yield f"{title(route)} is served by {parent.get('sectionName', 'every listener')} of {parent['name']}"
