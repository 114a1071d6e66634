"""Writes deploy/k8s/release, and what is made in the component monitoring, as `make k8s-release` does for each
release."""

import monitoring
from manifests import K8S, rendered

HEAD = """\
# The overlay {overlay}, rendered: to be read, compared and tried. What is deployed is an overlay of your own, with
# your host, your registry and your Secrets; see deploy/README.md. Made by `make k8s-release`, never by hand.
"""

# What each file of the release shows.
RELEASES = {"guildhall.yaml": "production", "guildhall-mtls.yaml": "tests/mtls"}


def releases():
    """Each file, and what has to stand in it."""
    for name, overlay in RELEASES.items():
        yield K8S / "release" / name, HEAD.format(overlay=overlay) + rendered(K8S / "overlays" / overlay)


if __name__ == "__main__":
    for file, text in monitoring.made().items():
        file.write_text(text)
    (K8S / "release").mkdir(exist_ok=True)
    for file, text in releases():
        file.write_text(text)
