"""What deploy/README.md says is so."""

import json
import re
import subprocess
import tomllib
import unittest

import yaml
from manifests import K8S, component_names, env_of, overlay, overlays, with_components
from rules.shape import fault_in
from rules.wiring import mounted_keys
from truth import DEPLOY, EXPECTED_SECRETS, NEWEST, OLDEST, ROOT, found, version

GUIDE = (DEPLOY / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.S)


def commands():
    return [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def run_in_pods():
    """The words of each command of the program that is run where it runs."""
    run = [re.search(r" exec (?:\S+ --|guildhall) guildhall (.+?)(?: >.*| #.*)?$", line) for line in commands()]
    return [tuple(match[1].split()) for match in run if match]


def restore_pod(product):
    """The pod that the guide makes of the StatefulSet."""
    program = K8S / "components/sqlite-single/restore.jq"
    run = subprocess.run(["jq", "--from-file", program], input=json.dumps(product.manifest), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


class TheGuide(unittest.TestCase):
    def test_its_commands_are_shell(self):
        for block in BLOCKS:
            self.assertEqual(subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True).stderr, "")

    def test_every_component_and_overlay_is_told_and_no_other(self):
        told = set(re.findall(r"(?m)^\| `([a-z-]+)` \|", GUIDE))
        self.assertEqual(told, set(component_names()))
        folders = set(re.findall(r"`k8s/overlays/([a-z]+)`", GUIDE))
        self.assertEqual(folders, {name.split("/")[0] for name in overlays()})

    def test_secrets_are_made_with_the_keys_that_are_read(self):
        made = {}
        for command in commands():
            for name, rest in re.findall(r"create secret generic (\S+)(.*)", command):
                made[name] = set(re.findall(r"--from-literal=([a-z-]+)=", rest))
        self.assertEqual(made, {name: EXPECTED_SECRETS[name] for name in made})
        self.assertEqual(set(made), {"guildhall-database", "guildhall-keys", "guildhall-smtp"})
        for name, keys in EXPECTED_SECRETS.items():
            self.assertIn(name, GUIDE)
            if name not in made and not name.endswith("-tls"):
                told = re.search(rf"`{name}` \(([^)]*)\)", GUIDE)[1]
                self.assertEqual(set(re.findall(r"`([a-z-]+)`", told)), keys)

    def test_whoever_calls_postgres_has_the_authority_where_the_guide_says(self):
        (file,) = set(re.findall(r"sslrootcert=(/[^\s'`&]+)", GUIDE))
        manifests = with_components(["database-ca"])
        for workload in manifests.ours:
            there = set(mounted_keys(manifests, workload, workload.main))
            self.assertEqual(file in there, "database" in workload.volumes, workload)

    def test_the_pod_that_fetches_a_backup_finds_it_and_may_do_no_more_than_others(self):
        pod = yaml.safe_load((K8S / "components/sqlite-single/fetch.yaml").read_text())
        (product,) = [workload for workload in overlay("tests/sqlite").ours if workload.kind == "StatefulSet"]
        self.assertIn(f"statefulset/{product.name} ", GUIDE)
        (claim,) = product.spec["volumeClaimTemplates"]
        (volume,) = pod["spec"]["volumes"]
        self.assertEqual(
            volume["persistentVolumeClaim"]["claimName"], f"{claim['metadata']['name']}-{product.name}-0"
        )
        (container,) = pod["spec"]["containers"]
        self.assertEqual(container["volumeMounts"][0]["mountPath"], env_of(product.main)["GUILDHALL_DATA_DIR"])
        self.assertEqual(container["securityContext"], product.main["securityContext"])
        self.assertEqual(pod["spec"]["securityContext"], product.pod["securityContext"])
        (near,) = pod["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        self.assertTrue(near["labelSelector"]["matchLabels"].items() <= product.pod_labels.items())
        self.assertEqual(overlay("tests/sqlite").selected(pod["metadata"]["labels"]), [])
        for version in (OLDEST, NEWEST):
            self.assertIsNone(fault_in(version, "Pod", "v1", json.dumps(pod)))

    def test_the_pod_that_puts_a_backup_back_is_the_products_own_and_beside_the_one_that_brought_it(self):
        (product,) = [workload for workload in overlay("tests/sqlite").ours if workload.kind == "StatefulSet"]
        (migrating,) = product.pod["initContainers"]
        fetch = yaml.safe_load((K8S / "components/sqlite-single/fetch.yaml").read_text())
        pod = restore_pod(product)
        spec = pod["spec"]
        (container,) = spec["containers"]
        self.assertEqual(container, {**migrating, "name": "restore", "args": ["restore", "/data/backup.tar"]})
        self.assertEqual({v["name"] for v in spec["volumes"]}, {m["name"] for m in container["volumeMounts"]})
        self.assertIn(fetch["spec"]["volumes"][0], spec["volumes"])
        for field in ("securityContext", "serviceAccountName", "automountServiceAccountToken", "enableServiceLinks"):
            self.assertEqual(spec[field], product.pod[field], field)
        self.assertEqual(spec["restartPolicy"], "Never")
        self.assertNotIn("initContainers", spec)
        (near,) = spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        self.assertTrue(near["labelSelector"]["matchLabels"].items() <= fetch["metadata"]["labels"].items())
        self.assertEqual(overlay("tests/sqlite").selected(pod["metadata"]["labels"]), [])
        for version in (OLDEST, NEWEST):
            self.assertIsNone(fault_in(version, "Pod", "v1", json.dumps(pod)))

    def test_a_backup_is_put_back_where_none_runs_and_nothing_is_in_the_way(self):
        (block,) = [block for block in BLOCKS if "restore.jq" in block]
        steps = ["apply --filename deploy/k8s/components/sqlite-single/fetch.yaml", "--replicas=0", "delete pod/guildhall-0"]
        steps += ["mv /data/*.db*", "cat > /data/backup.tar", "restore.jq", "pod/restore", "--replicas=1"]
        places = [block.find(step) for step in steps]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))

    def test_the_job_that_is_made_by_hand_is_the_migrations_with_other_arguments(self):
        (migrating,) = overlay("production").of("Job")
        program = ["jq", "--from-file", K8S / "base/migrate/by-hand.jq", "--args", "migrate", "verify"]
        for given in (migrating, {"kind": "List", "items": [{"kind": "ServiceAccount"}, migrating]}):
            run = subprocess.run(program, input=json.dumps(given), capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            job = json.loads(run.stdout)
            (container,), (own,) = (one["spec"]["template"]["spec"]["containers"] for one in (job, migrating))
            self.assertEqual(container, {**own, "args": ["migrate", "verify"]})
            self.assertNotEqual(job["metadata"]["name"], migrating["metadata"]["name"])
            for version in (OLDEST, NEWEST):
                self.assertIsNone(fault_in(version, "Job", "batch/v1", json.dumps(job)))

    def test_postgres_is_restored_while_nothing_runs_and_an_epoch_begins_before_the_rest(self):
        between = GUIDE[GUIDE.index("### Restoring Postgres") : GUIDE.index("### Going back")]
        steps = ["--replicas=0", "wait --for=delete pod", "delete job migrate-", "component=migrate\n", "job/migrate-"]
        steps += ["deployment/identity --replicas=1", "guildhall epoch renew", "apply --kustomize .\n", "rollout status"]
        places = [between.find(step, between.find("```sh")) for step in steps]
        self.assertNotIn(-1, places)
        self.assertEqual(places, sorted(places))

    def test_connections_are_those_of_the_pods_that_there_are(self):
        text = (ROOT / "services/guildhall/src/settings.rs").read_text()
        pool = found(r'parse_or\("database_pool", (\d+)\)', text, "the settings")
        told = re.findall(r"\| (\d+) \+ (\d+) \| (\d+) \|", GUIDE)
        surge = overlay("production").ours[0].spec["strategy"]["rollingUpdate"]["maxSurge"]
        pods = {with_components([]).ours[0].spec["replicas"], overlay("production").ours[0].spec["replicas"]}
        pods.add(overlay("staging").of("HorizontalPodAutoscaler")[0]["spec"]["maxReplicas"])
        wanted = {(str(count), str(surge), str(4 * (count + surge) * int(pool[0]))) for count in pods}
        self.assertEqual(set(told), wanted)

    def test_nobody_is_believed_to_be_a_proxy_before_a_network_is_put_in(self):
        for name in ("production", "staging"):
            config = tomllib.loads((K8S / "overlays" / name / "config.toml").read_text())
            self.assertEqual(config["trusted_proxies"], "192.0.2.0/24", name)
            self.assertIn(f"`{config['trusted_proxies']}`", GUIDE)

    def test_a_pooler_that_the_guide_lets_through_is_let_through_beside_postgres(self):
        (patch,) = re.findall(r"name: to-postgres\}\n    patch: \|-\n((?: {6}.*\n)+)", GUIDE)
        (policy,) = [p for p in overlay("production").of("NetworkPolicy") if p["metadata"]["name"] == "to-postgres"]
        (step,) = yaml.safe_load(patch)
        self.assertEqual((step["op"], step["path"]), ("add", "/spec/egress/0/ports/-"))
        self.assertEqual(policy["spec"]["egress"][0]["ports"][0], {**step["value"], "port": 5432})

    def test_limits_of_time_that_a_pooler_leaves_out_are_those_of_the_program(self):
        code = (ROOT / "libs/service-kit/src/database/connect.rs").read_text().split("fn connect_sqlite")[0]
        set_at_start = dict(found(r'\("(\w+)", "(\w+)"\)', code, "the pools of connections"))
        seconds = found(r"statement_timeout\(Duration::from_secs\((\d+)\)\)", code, "the pools of connections")[0]
        told = dict(re.findall(r"ALTER ROLE guildhall_identity SET (\w+) = '(\w+)';", GUIDE))
        self.assertEqual(told, set_at_start | {"statement_timeout": f"{seconds}s"})

    def test_the_ingress_of_whoever_copies_an_overlay_has_a_class(self):
        for name in ("production", "staging"):
            (ingress,) = overlay(name).of("Ingress")
            self.assertIn("ingressClassName", ingress["spec"], name)

    def test_names_of_this_version_are_right(self):
        self.assertEqual(set(re.findall(r"job[/ ](migrate-\S+)", GUIDE)), {f"migrate-v{version()}"})
        self.assertIsNotNone(overlay("production").get("Job", f"migrate-v{version()}"))
        self.assertIn(f"VERSION=v{version()}", GUIDE)
        self.assertIn(f"Kubernetes {OLDEST.removesuffix('.0')} to {NEWEST.removesuffix('.0')}", GUIDE)

    def test_what_is_named_in_the_cluster_is_there(self):
        production = overlay("production")
        for name in re.findall(r"deploy(?:ment)?/([a-z]+)(?![a-z/]*\.)\b", " ".join(commands())):
            if name not in ("compose", "k8s"):
                self.assertIsNotNone(production.get("Deployment", name), name)
        for name in re.findall(r"service/([a-z]+)", " ".join(commands())):
            self.assertIsNotNone(production.get("Service", name), name)

    def test_labels_that_namespaces_are_to_be_given_are_those_of_the_policies(self):
        told = set(re.findall(r"guildhall/([a-z-]+)=true", GUIDE))
        policies = "".join(file.read_text() for file in (K8S / "components/network-policies").glob("*.yaml"))
        asked = set(re.findall(r"namespaceSelector:\s*\n\s*matchLabels: \{guildhall/([a-z-]+): \"true\"\}", policies))
        self.assertEqual(told, asked)

    def test_every_runbook_is_in_their_list(self):
        folder = ROOT / "docs/runbooks"
        listed = set(re.findall(r"(?m)^\| \[[a-z-]+\]\(([a-z-]+\.md)\)", (folder / "README.md").read_text()))
        self.assertEqual(listed, {file.name for file in folder.glob("*.md")} - {"README.md"})

    def test_links_lead_somewhere(self):
        for link in re.findall(r"\]\(([^)#]+)\)", GUIDE):
            if not link.startswith("http"):
                self.assertTrue((DEPLOY / link).exists(), link)

    def test_files_and_targets_exist(self):
        for file in re.findall(r"--(?:file|filename|kustomize) (deploy/\S+)", GUIDE):
            self.assertTrue((ROOT / file).exists(), file)
        makefile = (ROOT / "Makefile").read_text()
        for target in re.findall(r"`make ([a-z0-9-]+)`", GUIDE):
            self.assertIn(f"\n{target}:", makefile)
