"""Every overlay and every combination of components keeps every rule, and every rule notices a fault."""

import itertools
import unittest

import monitoring
from faults import faults
from manifests import (
    K8S,
    Manifests,
    component_names,
    env_of,
    overlay,
    overlays,
    production_with,
    title,
    with_components,
)
from release import releases
from rules import RULES, problems
from rules.shape import is_custom

# Components that take the place of what others change.
APART = {
    "sqlite-single": {
        "autoscaling",
        "gateway-api",
        "mesh-linkerd",
        "network-policies",
        "postgres-dev",
        "tls-cert-manager",
    },
    "mesh-linkerd": {"tls-cert-manager"},
    "three-pods": {"autoscaling"},
}
# Which components bring kinds that a cluster has to be taught first.
TEACHING = {"monitoring", "tls-cert-manager", "gateway-api", "external-secrets"}


def go_together(one, other):
    return other not in APART.get(one, set()) and one not in APART.get(other, set())


def told(broken):
    return "\n".join(f"  {rule}: {sentence}" for rule, sentences in broken.items() for sentence in sentences)


class EveryOverlay(unittest.TestCase):
    """One test for each overlay, added below."""


class EveryCombination(unittest.TestCase):
    def test_each_component_alone_and_each_two_that_go_together_keep_every_rule(self):
        names = component_names()
        sets = [(name,) for name in names]
        sets += [pair for pair in itertools.combinations(names, 2) if go_together(*pair)]
        for chosen in sets:
            broken = problems(with_components(chosen))
            self.assertFalse(broken, f"the base with {' and '.join(chosen)}:\n{told(broken)}")

    def test_production_keeps_every_rule_with_each_component_more(self):
        for name in component_names():
            without = [other for other in component_names() if not go_together(name, other)]
            broken = problems(production_with(name, without))
            self.assertFalse(broken, f"production with {name}:\n{told(broken)}")

    def test_a_number_of_pods_and_an_autoscaler_are_never_applied_together(self):
        self.assertFalse(problems(with_components(["three-pods", "autoscaling"])))
        with self.assertRaisesRegex(AssertionError, "cannot be rendered.*testing value /spec/replicas"):
            with_components(["autoscaling", "three-pods"])

    def test_what_does_not_go_together_is_said_where_it_is_read(self):
        for name, others in APART.items():
            words = (K8S / "components" / name / "kustomization.yaml").read_text()
            self.assertEqual([other for other in sorted(others) if other not in words], [], name)

    def test_only_components_that_say_so_bring_kinds_that_a_cluster_must_be_taught(self):
        plain = {title(manifest) for manifest in with_components([]).objects if is_custom(manifest)}
        self.assertEqual(plain, set())
        for name in component_names():
            custom = [title(manifest) for manifest in with_components([name]).objects if is_custom(manifest)]
            self.assertEqual(bool(custom), name in TEACHING, f"{name}: {custom}")
        for name in ("dev", "staging", "production"):
            self.assertEqual([title(m) for m in overlay(name).objects if is_custom(m)], [], name)

    def test_every_component_is_in_an_overlay(self):
        used = "".join(file.read_text() for file in (K8S / "overlays").rglob("kustomization.yaml"))
        self.assertEqual([name for name in component_names() if f"components/{name}" not in used], [])

    def test_production_has_three_pods_of_each_and_the_base_two(self):
        def pods(manifests):
            return {w.spec["replicas"] for w in manifests.ours if w.kind == "Deployment"}

        self.assertEqual(pods(overlay("production")), {3})
        self.assertEqual(pods(with_components([])), {2})

    def test_nobody_lists_calls_without_a_token_where_people_are_served(self):
        for name in ("production", "staging", "tests/mtls"):
            said = {env_of(workload.main).get("GUILDHALL_REFLECTION") for workload in overlay(name).ours}
            self.assertEqual(said, {None}, name)

    def test_the_version_of_the_base_has_no_dash_so_that_an_overlay_can_put_its_own_into_the_name_of_the_job(self):
        (job,) = with_components([]).of("Job")
        self.assertRegex(job["metadata"]["labels"]["app.kubernetes.io/version"], r"^v\d+\.\d+\.\d+$")
        (own,) = overlay("staging").of("Job")
        self.assertIn("-", own["metadata"]["labels"]["app.kubernetes.io/version"])
        self.assertEqual(own["metadata"]["name"], f"migrate-{own['metadata']['labels']['app.kubernetes.io/version']}")


class EveryFault(unittest.TestCase):
    """One test for each file of `broken/`, added below."""

    def test_every_rule_has_a_fault_that_it_notices(self):
        noticed = {fault.rule for fault in faults()}
        self.assertEqual(sorted(set(RULES) - noticed), [])
        self.assertEqual(sorted(noticed - set(RULES)), [])

    def test_there_are_enough_faults(self):
        self.assertGreaterEqual(len(faults()), 25)


class TheRelease(unittest.TestCase):
    def test_the_rendered_release_is_what_the_tree_renders_to(self):
        for file, text in releases():
            self.assertEqual(file.read_text(), text, f"{file.name} is out of date: run make k8s-release")

    def test_what_is_made_in_the_component_monitoring_is_what_it_is_made_of(self):
        for file, text in monitoring.made().items():
            self.assertEqual(file.read_text(), text, f"{file.name} is out of date: run make k8s-release")

    def test_two_files_of_alerts_become_one_and_none_is_told_twice(self):
        one = "groups: [{name: one, rules: [{alert: A, expr: up == 0}]}]"
        other = "groups: [{name: other, rules: [{alert: B, expr: up == 1}]}]"
        (rules,) = Manifests.parse(monitoring.rule_object(one, other)).of("PrometheusRule")
        self.assertEqual([group["name"] for group in rules["spec"]["groups"]], ["one", "other"])
        with self.assertRaisesRegex(ValueError, "A is there twice"):
            monitoring.rule_object(one, one.replace("one", "again"))


def keeps(name):
    def test(self):
        broken = problems(overlay(name))
        self.assertFalse(broken, f"the overlay {name}:\n{told(broken)}")

    return test


def is_noticed(fault):
    def test(self):
        broken = problems(fault.manifests())
        self.assertEqual(
            set(broken),
            {fault.rule, *fault.also},
            f"broken/{fault.name}.yaml is noticed by:\n{told(broken) or '  nobody'}",
        )

    return test


for name in overlays():
    setattr(EveryOverlay, f"test_{name.replace('/', '_').replace('-', '_')}_keeps_every_rule", keeps(name))
for fault in faults():
    setattr(
        EveryFault,
        f"test_{fault.name.replace('-', '_')}_is_noticed_by_the_rule_{fault.rule.replace('-', '_')}",
        is_noticed(fault),
    )
