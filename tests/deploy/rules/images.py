"""Which images run."""

import re

from rules import rule

IMAGE = re.compile(r"(?P<name>[a-z0-9.:/_-]+?)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?")


@rule("images")
def images(manifests):
    """An image is named so that tomorrow it is the same one."""
    for workload in manifests.workloads:
        for container in workload.containers:
            image = IMAGE.fullmatch(container["image"])
            if image is None:
                yield f"{workload}: {container['image']} is no image"
            elif not (image["tag"] or image["digest"]):
                yield f"{workload}: {container['image']} has neither tag nor digest"
            elif image["tag"] == "latest":
                yield f"{workload}: {container['image']} is another one tomorrow"


@rule("one-version")
def one_version(manifests):
    """What a pod says it is, is what it runs, and everything is of one version."""
    tags, names = set(), set()
    for workload in manifests.ours:
        for container in workload.containers:
            image = IMAGE.fullmatch(container["image"])
            if image is None or not image["tag"] or image["tag"] == "latest":
                continue
            names.add(image["name"])
            if image["name"].rpartition("/")[2] != "guildhall":
                yield f"{workload} runs {image['name']}, which is not the product"
            tags.add(image["tag"])
            version = workload.pod_labels.get("app.kubernetes.io/version")
            if version and image["tag"] != version:
                yield f"{workload} runs {image['tag']} and says that it is {version}"
    if len(names) > 1:
        yield f"several images of one version: {', '.join(sorted(names))}"
    if len(tags) > 1:
        yield f"several versions at once: {', '.join(sorted(tags))}"
