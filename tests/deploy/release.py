"""Writes deploy/k8s/release, and what is made in the component monitoring, as `make k8s-release` does for each
release."""

import monitoring
from manifests import K8S, rendered

HEAD = """\
# The overlay production, rendered: to be read, compared and tried. What is deployed is an overlay of your own, with
# your host, your registry and your Secrets; see deploy/README.md. Made by `make k8s-release`, never by hand.
"""

for file, text in monitoring.made().items():
    file.write_text(text)
(K8S / "release").mkdir(exist_ok=True)
(K8S / "release/guildhall.yaml").write_text(HEAD + rendered(K8S / "overlays/production"))
