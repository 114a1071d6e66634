"""What leads to what: Services to pods, volumes to Secrets, variables to files, settings to what reads them."""

import tomllib
from urllib.parse import urlsplit

from manifests import env_of, title
from truth import (
    EXPECTED_CONFIG_MAPS,
    EXPECTED_SECRETS,
    edges,
    in_the_cluster,
    served,
    settings,
    settings_file_variable,
    standard_variables,
)

from rules import rule

UPSTREAM = "GUILDHALL_UPSTREAM_"
SERVICE_OF = {
    "IDENTITY": "identity",
    "ORGANIZATIONS": "organizations",
    "INVITATIONS": "invitations",
    "BILLING_CONTEXT": "billing",
}
# What each is called among a pod's ports, and the number that Services, probes and policies know it by.
LISTENERS = {
    "GUILDHALL_GRPC_LISTEN": ("grpc", 50051),
    "GUILDHALL_HTTP_LISTEN": ("http", 8080),
    "GUILDHALL_OPS_LISTEN": ("ops", 9090),
}
# Where Services of ours are called.
SERVICE_PORTS = {"grpc": 50051, "http": 80}
# Settings of all that serve, and of each.
NEEDED = {
    "GUILDHALL_ENCRYPTION_KEY",
    "GUILDHALL_OPS_LISTEN",
    "GUILDHALL_SERVICE_SECRETS",
    "GUILDHALL_SHUTDOWN_DELAY_SECONDS",
}
WITH_DATABASE = {"GUILDHALL_DATABASE_URL", "GUILDHALL_GRPC_LISTEN"}
NEEDED_BY = {
    "all": {"GUILDHALL_DATA_DIR", "GUILDHALL_GRPC_LISTEN", "GUILDHALL_HTTP_LISTEN", "GUILDHALL_MAIL"},
    "billing": WITH_DATABASE,
    "gateway": {"GUILDHALL_HTTP_LISTEN"},
    "identity": WITH_DATABASE | {"GUILDHALL_MAIL"},
    "invitations": WITH_DATABASE | {"GUILDHALL_MAIL"},
    "organizations": WITH_DATABASE,
}


@rule("services")
def services(manifests):
    """A Service leads to pods, and to a port that they have."""
    for service in manifests.of("Service"):
        spec = service["spec"]
        chosen = manifests.selected(spec.get("selector") or {})
        if not spec.get("selector") or len(chosen) != 1:
            yield f"{title(service)} leads to {len(chosen)} workloads"
            continue
        for port in spec["ports"]:
            if not 1 <= port["port"] <= 65535:
                yield f"{title(service)}: {port['port']} is no port"
            if chosen[0].is_ours and port["port"] != SERVICE_PORTS.get(port["name"]):
                yield f"{title(service)}: {port['port']} is not where callers and routes expect {port['name']}"
            if port.get("protocol", "TCP") not in ("TCP", "UDP", "SCTP"):
                yield f"{title(service)}: {port['protocol']} is no protocol"
            target = chosen[0].port(port.get("targetPort", port["port"]))
            if target is None:
                yield f"{title(service)} leads to the port {port.get('targetPort')}, which {chosen[0]} does not have"
            elif chosen[0].port(port["name"]) not in (None, target):
                yield f"{title(service)} leads from {port['name']} to {port.get('targetPort')}"
            # The word is for HTTP/2 in plain text; of TLS a Gateway is told by a BackendTLSPolicy.
            speaks_tls = "GUILDHALL_TLS_CERTIFICATE_PATH" in env_of(chosen[0].main)
            said = port.get("appProtocol")
            if port.get("name") == "grpc" and not speaks_tls and said != "kubernetes.io/h2c":
                yield f"{title(service)} does not say that it speaks HTTP/2"
            if chosen[0].is_ours and port.get("name") == "http" and said != "http":
                yield f"{title(service)} says {said}, where HTTP is spoken in plain text"
            if port.get("name") == "grpc" and speaks_tls and said is not None:
                yield f"{title(service)} says {said}, where TLS is spoken"


def upstreams(workload):
    """Where a workload finds whom it calls: service by name, as the URL's parts."""
    env = env_of(workload.main)
    return {
        SERVICE_OF.get(name.removeprefix(UPSTREAM), name): urlsplit(value)
        for name, value in env.items()
        if name.startswith(UPSTREAM) and name != "GUILDHALL_UPSTREAM_CA_PATH"
    }


@rule("upstreams")
def upstream_settings(manifests):
    """Who calls somebody is told where, by the name of a Service that leads there; nobody is told more."""
    for workload in manifests.ours:
        if not workload.serves or workload.component == "all":
            continue
        known = upstreams(workload)
        needed = {called for caller, called in edges() if caller == workload.component}
        if set(known) != needed:
            yield f"{workload} is told of {sorted(known)} and calls {sorted(needed)}"
        for name, url in known.items():
            service = manifests.get("Service", url.hostname)
            ports = [port["port"] for port in service["spec"]["ports"]] if service else []
            if url.port not in ports:
                yield f"{workload} calls {url.geturl()}, where there is nothing"
            elif service["spec"].get("clusterIP") != "None" and "linkerd.io/inject" not in workload.pod_annotations:
                yield f"{workload} calls {url.geturl()}, where one connection is one pod: nobody balances"
            elif [to.component for to in manifests.selected(service["spec"]["selector"])] != [name]:
                yield f"{workload} calls {url.geturl()} for {name}, and finds another"


@rule("arguments")
def arguments(manifests):
    """Each serves what it is called, and the image's own program does it."""
    for workload in manifests.ours:
        for container in workload.containers:
            if "command" in container:
                yield f"{workload}, {container['name']}: a command in place of the image's"
        first = [container["name"] for container in workload.pod.get("initContainers") or []]
        if len(workload.pod["containers"]) != 1 or first and workload.component != "all":
            yield f"{workload} runs more than the product"
        arguments = [str(word) for word in workload.main.get("args") or []]
        if workload.kind == "Job":
            if arguments[:2] != ["migrate", "up"]:
                yield f"{workload} does not migrate: {arguments}"
            continue
        word = arguments[arguments.index("serve") + 1] if "serve" in arguments[:-1] else None
        if word not in served() or in_the_cluster(word) != workload.component:
            yield f"{workload} is the {workload.component} and serves {word}"
        elif arguments != ["serve", word]:
            yield f"{workload} is told {arguments}, where a variable is read by all that runs in the pod"


@rule("listeners")
def listeners(manifests):
    """What is listened on is what is declared, and can be reached from outside the pod."""
    for workload in manifests.ours:
        listens = {}
        for name, value in env_of(workload.main).items():
            if name.endswith("_LISTEN"):
                host, _, port = value.rpartition(":")
                listens[int(port)] = name
                if host not in ("0.0.0.0", "[::]"):
                    yield f"{workload}: {name} cannot be reached at {host}"
        declared = {port["containerPort"]: port["name"] for port in workload.ports}
        if workload.serves and set(listens) != set(declared):
            yield f"{workload} listens on {sorted(listens)} and declares {sorted(declared)}"
        for port, name in listens.items():
            known, number = LISTENERS.get(name, ("", port))
            if port != number or declared.get(port, known) != known:
                yield f"{workload}: {name} is {port}, and {known} is {number}"


@rule("needed-settings")
def needed_settings(manifests):
    """Whatever a service does not start without, or would make up by itself, is told."""
    for workload in manifests.ours:
        if not workload.serves:
            continue
        needed = NEEDED | NEEDED_BY[workload.component]
        missing = needed - {name.removesuffix("_FILE") for name in env_of(workload.main)}
        for name in sorted(missing):
            yield f"{workload} is not told {name}"


@rule("settings")
def known_settings(manifests):
    """Every setting is one that the binary knows; it refuses others."""
    for workload in manifests.ours:
        for container in workload.containers:
            names = [entry["name"] for entry in container.get("env") or []]
            for name in {name for name in names if names.count(name) > 1}:
                yield f"{workload}: {name} is set twice"
            for name in names:
                if name in standard_variables() | {settings_file_variable()}:
                    continue
                setting = name.removeprefix("GUILDHALL_").lower().removesuffix("_file")
                if not name.startswith("GUILDHALL_") or setting not in settings():
                    yield f"{workload}: nobody knows the setting {name}"


@rule("settings-file")
def settings_file(manifests):
    """So is every setting of the file, and those of the database are not in it: the Job does not read it."""
    for config in manifests.of("ConfigMap"):
        text = (config.get("data") or {}).get("config.toml")
        if text is None:
            continue
        for name in tomllib.loads(text):
            if name not in settings():
                yield f"{title(config)}: nobody knows the setting {name}"
            elif name.startswith(("database_", "migrate_")):
                yield f"{title(config)}: {name} is for the Job too, so it has to be a variable"
        if not {"public_url", "mail_from"} <= set(tomllib.loads(text)):
            yield f"{title(config)}: lacks public_url or mail_from"


def sources(workload):
    """Every Secret and ConfigMap that pods use: kind, name, and the keys that are named."""
    for volume in workload.volumes.values():
        if "secret" in volume:
            yield (
                "Secret",
                volume["secret"]["secretName"],
                {item["key"] for item in volume["secret"].get("items") or []},
            )
        if "configMap" in volume:
            yield (
                "ConfigMap",
                volume["configMap"]["name"],
                {item["key"] for item in volume["configMap"].get("items") or []},
            )
    for container in workload.containers:
        for entry in container.get("env") or []:
            origin = entry.get("valueFrom") or {}
            for word, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                if word in origin:
                    yield kind, origin[word]["name"], {origin[word]["key"]}
        for entry in container.get("envFrom") or []:
            for word, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                if word in entry:
                    yield kind, entry[word]["name"], set()


def keys_of(manifests, kind, name):
    """The keys of a Secret or ConfigMap, wherever it comes from; None when from nowhere."""
    manifest = manifests.get(kind, name)
    if manifest is not None:
        return set(manifest.get("data") or {}) | set(manifest.get("stringData") or {})
    for external in manifests.of("ExternalSecret"):
        if kind == "Secret" and external["spec"]["target"]["name"] == name:
            return {entry["secretKey"] for entry in external["spec"]["data"]}
    for certificate in manifests.of("Certificate"):
        if kind == "Secret" and certificate["spec"]["secretName"] == name:
            return {"tls.crt", "tls.key", "ca.crt"}
    return (EXPECTED_SECRETS if kind == "Secret" else EXPECTED_CONFIG_MAPS).get(name)


@rule("references")
def references(manifests):
    """Every Secret and ConfigMap that is named exists, is made by somebody, or is expected and described."""
    for workload in manifests.workloads:
        for kind, name, keys in sources(workload):
            known = keys_of(manifests, kind, name)
            if known is None:
                yield f"{workload} uses {kind}/{name}, which nobody makes"
            elif not keys <= known:
                missing = ", ".join(sorted(keys - known))
                yield f"{workload} uses {missing} of {kind}/{name}, which has {', '.join(sorted(known))}"
    for ingress in manifests.of("Ingress"):
        for entry in ingress["spec"].get("tls") or []:
            if keys_of(manifests, "Secret", entry.get("secretName")) is None:
                yield f"{title(ingress)} uses Secret/{entry.get('secretName')}, which nobody makes"


def mounted_keys(manifests, workload, container):
    """Paths that exist in a container because a volume brings them, with the kind that it comes from and its key there."""
    there = {}
    for mount in container.get("volumeMounts") or []:
        volume = workload.volumes.get(mount["name"]) or {}
        for word, kind, name in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
            if word not in volume:
                continue
            source = volume[word][name]
            keys = {item["path"]: item["key"] for item in volume[word].get("items") or []}
            keys = keys or {key: key for key in keys_of(manifests, kind, source) or ()}
            for path, key in keys.items():
                there[f"{mount['mountPath']}/{path}"] = (kind, f"{source}/{key}")
    return there


@rule("volumes")
def volumes(manifests):
    """What is mounted is there, what is there is mounted, and a Secret that is changed arrives."""
    for workload in manifests.workloads:
        used = set()
        for container in workload.containers:
            for mount in container.get("volumeMounts") or []:
                used.add(mount["name"])
                volume = workload.volumes.get(mount["name"])
                if volume is None:
                    yield f"{workload} mounts {mount['name']}, which is no volume of it"
                    continue
                if "secret" in volume or "configMap" in volume:
                    if "subPath" in mount or "subPathExpr" in mount:
                        yield f"{workload}: {mount['name']} is mounted by subPath, where no change of it arrives"
                    if mount.get("readOnly") is not True:
                        yield f"{workload}: {mount['name']} can be written"
                mode = (volume.get("secret") or {}).get("defaultMode", 0o644)
                if mode & 0o004 == 0 and "fsGroup" not in (workload.pod.get("securityContext") or {}):
                    yield f"{workload}: {mount['name']} can be read by root alone, which nobody is here"
        for name in set(workload.volumes) - used:
            yield f"{workload} mounts {name} nowhere"


@rule("files")
def files(manifests):
    """A file that a setting names is mounted there, that of the settings too."""
    for workload in manifests.ours:
        if workload.serves and settings_file_variable() not in env_of(workload.main):
            yield f"{workload}: no variable tells commands in the pod where the settings are"
        for container in workload.containers:
            there = mounted_keys(manifests, workload, container)
            named = {name: value for name, value in env_of(container).items() if name.endswith(("_FILE", "_PATH"))}
            if settings_file_variable() in env_of(container):
                named[settings_file_variable()] = env_of(container)[settings_file_variable()]
            for name, path in named.items():
                if path not in there:
                    yield f"{workload}: {name} names {path}, which nothing brings"


@rule("writable-folders")
def writable_folders(manifests):
    """There is a /tmp, since nothing else can be written, and data is kept on a volume."""
    for workload in manifests.workloads:
        for container in workload.containers:
            mounts = {
                mount["mountPath"]: workload.volumes.get(mount["name"]) or {}
                for mount in container.get("volumeMounts") or []
            }
            for mount in container.get("volumeMounts") or []:
                kept = set(workload.volumes.get(mount["name"]) or {}) & {"emptyDir", "persistentVolumeClaim"}
                if kept and mount.get("readOnly"):
                    yield f"{workload}, {container['name']}: nothing can be written to {mount['mountPath']}"
            if "emptyDir" not in mounts.get("/tmp", {}):
                yield f"{workload}, {container['name']}: nothing can be written to /tmp"
            data = env_of(container).get("GUILDHALL_DATA_DIR")
            if data and "persistentVolumeClaim" not in mounts.get(data, {}):
                yield f"{workload}, {container['name']}: {data} is lost with the pod"
