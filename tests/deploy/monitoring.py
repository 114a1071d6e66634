"""What the component monitoring is made of: the alerts and the dashboard of deploy/monitoring, which are for any
Prometheus and Grafana, and alerts of the component's own."""

import yaml
from manifests import K8S
from truth import DEPLOY

SOURCE = DEPLOY / "monitoring"
COMPONENT = K8S / "components/monitoring"
HEAD = """\
# Made by `make k8s-release` of deploy/monitoring/alerts.yaml and more-alerts.yaml beside this, never by hand.
"""


def rule_object(*files):
    """Files of rules for Prometheus, as one PrometheusRule."""
    groups = [group for file in files for group in yaml.safe_load(file)["groups"]]
    names = [group["name"] for group in groups]
    alerts = [entry["alert"] for group in groups for entry in group["rules"]]
    for told in (names, alerts):
        twice = sorted({name for name in told if told.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is there twice")
    return HEAD + yaml.safe_dump(
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": "guildhall"},
            "spec": {"groups": groups},
        },
        sort_keys=False,
        width=1000,
    )


def made():
    """Files of the component with what they have to hold."""
    files = [file for file in (SOURCE / "alerts.yaml", COMPONENT / "more-alerts.yaml") if file.exists()]
    texts = {COMPONENT / "rules.yaml": rule_object(*(file.read_text() for file in files))}
    if (SOURCE / "dashboard.json").exists():
        texts[COMPONENT / "dashboard.json"] = (SOURCE / "dashboard.json").read_text()
    return texts
