"""Runs what a Deployment's pod would run, on this machine: the rendered arguments and variables, the mounted files,
the ports moved to free ones, and Services resolved as the cluster would."""

import base64
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import trustme
from manifests import env_of
from truth import ANNOUNCED, ROOT, settings_in_code

BINARY = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/guildhall"


# Below those that the system gives to connections: until a process takes one, no connection comes in between.
PORTS = iter(random.sample(range(15_000, 32_000), 1_000))


def free_port():
    while True:
        port = next(PORTS)
        with socket.socket() as socket_of_nobody:
            try:
                socket_of_nobody.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def is_to_come(name):
    """Whether a variable is announced, and this binary would refuse it."""
    setting = name.removeprefix("GUILDHALL_").lower().removesuffix("_file")
    return setting in ANNOUNCED - settings_in_code()


class Machine:
    """Where the pods of some manifests run."""

    def __init__(self, manifests, secrets, databases):
        """`secrets` stands in for Secrets and ConfigMaps that the manifests do not hold, by name and key; names of
        databases begin with `databases`, so that tests do not share any."""
        self.manifests = manifests
        self.databases = databases
        self.secrets = secrets
        self.folder = tempfile.TemporaryDirectory()
        self.ports = {(str(w), p["containerPort"]): free_port() for w in manifests.workloads for p in w.ports}
        self.running = []

    def close(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.folder.cleanup()

    def contents(self, volume):
        """Files of a volume, by name."""
        if "secret" in volume:
            name = volume["secret"]["secretName"]
            manifest = self.manifests.get("Secret", name) or {}
            data = {key: base64.b64decode(value).decode() for key, value in (manifest.get("data") or {}).items()}
            data |= self.secrets.get(name, {})
            items = volume["secret"].get("items")
            return {item["path"]: data[item["key"]] for item in items} if items else data
        if "configMap" in volume:
            name = volume["configMap"]["name"]
            return (self.manifests.get("ConfigMap", name) or {"data": self.secrets.get(name)})["data"]
        return {}

    def mounted(self, workload, container):
        """Makes the folders that a container would see, and tells where each is here."""
        places = {}
        for mount in container.get("volumeMounts") or []:
            place = Path(self.folder.name) / workload.name / mount["name"]
            place.mkdir(parents=True, exist_ok=True)
            for name, text in self.contents(workload.volumes[mount["name"]]).items():
                (place / name).write_text(text)
            places[mount["mountPath"]] = str(place)
        return places

    def here(self, text, places):
        for there, place in places.items():
            if text == there or text.startswith(f"{there}/"):
                return place + text[len(there) :]
        return text

    def resolved(self, url):
        """An address of the cluster, as one of this machine: Service, its pods, their port."""
        scheme, _, rest = url.partition("://")
        host, _, port = rest.partition(":")
        service = self.manifests.get("Service", host)
        entry = next(entry for entry in service["spec"]["ports"] if entry["port"] == int(port))
        workload = self.manifests.selected(service["spec"]["selector"])[0]
        return f"{scheme}://127.0.0.1:{self.ports[str(workload), workload.port(entry['targetPort'])]}"

    def command(self, workload, container):
        places = self.mounted(workload, container)
        env = {"GUILDHALL_DATABASE_PREFIX": self.databases}
        for name, value in env_of(container).items():
            if name.startswith("OTEL_") or is_to_come(name):
                continue
            if name.endswith("_LISTEN"):
                value = f"127.0.0.1:{self.ports[str(workload), int(value.rpartition(':')[2])]}"
            elif name.startswith("GUILDHALL_UPSTREAM_") and "://" in value:
                value = self.resolved(value)
            env[name] = self.here(value, places)
        words = [self.here(str(word), places) for word in container["args"]]
        return [str(BINARY), *words], env, places

    def run(self, workload, container, *instead, without=(), timeout=120):
        """Runs to the end; `instead` of its own arguments, others, for `kubectl exec`."""
        words, env, places = self.command(workload, container)
        if instead:
            words = [words[0], *(self.here(word, places) for word in instead)]
        env = {name: value for name, value in env.items() if name not in without}
        return subprocess.run(words, env=env, cwd=self.folder.name, capture_output=True, text=True, timeout=timeout)

    def start(self, workload):
        words, env, _ = self.command(workload, workload.main)
        with open(Path(self.folder.name) / f"{workload.name}.log", "w") as log:
            process = subprocess.Popen(words, env=env, cwd=self.folder.name, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def log(self, workload):
        return (Path(self.folder.name) / f"{workload.name}.log").read_text()[-4000:]

    def url(self, workload, port):
        return f"http://127.0.0.1:{self.ports[str(workload), port]}"

    def is_well(self, workload, name):
        """What the kubelet would make of a probe now."""
        probe = workload.main[name]
        if "httpGet" in probe:
            path = probe["httpGet"]["path"]
            return status_of(self.url(workload, probe["httpGet"]["port"]) + path) == 200
        service = probe["grpc"]["service"]
        grpcurl = Path(sys.executable).parent / "grpcurl"
        address = f"127.0.0.1:{self.ports[str(workload), probe['grpc']['port']]}"
        protos = ["-import-path", str(Path(__file__).parent), "-proto", "health.proto"]
        question = [
            "-plaintext",
            "-max-time",
            "3",
            *protos,
            "-d",
            json.dumps({"service": service}),
            address,
            "grpc.health.v1.Health/Check",
        ]
        answer = subprocess.run([str(grpcurl), *question], capture_output=True, text=True, timeout=20)
        return answer.returncode == 0 and '"SERVING"' in answer.stdout

    def wait_until_well(self, workload, process, name="readinessProbe", seconds=90):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.is_well(workload, name):
                return
            if process.poll() is not None:
                raise AssertionError(f"{workload} has ended: {self.log(workload)}")
            time.sleep(0.2)
        raise AssertionError(f"{workload}: its {name} does not succeed: {self.log(workload)}")

    def stop(self, process, seconds):
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)


def certificates(manifests):
    """What cert-manager would put into Secrets; here a service is called at an address of this machine."""
    authority = trustme.CA()
    secrets = {}
    for certificate in manifests.of("Certificate"):
        if certificate["spec"].get("isCA"):
            continue
        issued = authority.issue_cert(*certificate["spec"]["dnsNames"], "127.0.0.1")
        secrets[certificate["spec"]["secretName"]] = {
            "tls.crt": "".join(pem.bytes().decode() for pem in issued.cert_chain_pems),
            "tls.key": issued.private_key_pem.bytes().decode(),
            "ca.crt": authority.cert_pem.bytes().decode(),
        }
    return secrets


def status_of(url):
    try:
        return urllib.request.urlopen(url, timeout=3).status
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return None


def text_of(url):
    return urllib.request.urlopen(url, timeout=5).read().decode()


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    return json.loads(urllib.request.urlopen(request, timeout=30).read())
