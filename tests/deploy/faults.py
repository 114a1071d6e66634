"""Manifests with one fault each: what `broken/` says is changed in an overlay that is as it should be."""

import copy
from pathlib import Path

import yaml
from manifests import Manifests, overlay, title

FOLDER = Path(__file__).parent / "broken"


class Fault:
    def __init__(self, file):
        described = yaml.safe_load(file.read_text())
        self.name = file.stem
        self.rule = described["rule"]
        # Rules that cannot but notice it too.
        self.also = described.get("also", [])
        self.overlay = described["in"]
        self.changes = described["change"]

    def manifests(self):
        objects = copy.deepcopy(overlay(self.overlay).objects)
        for change in self.changes:
            apply(objects, change)
        return Manifests(objects)


def faults():
    return [Fault(file) for file in sorted(FOLDER.glob("*.yaml"))]


def apply(objects, change):
    """One of `add: manifest`, `remove: Kind/name`, `at: Kind/name` with `set` or `unset`."""
    if "add" in change:
        objects.append(change["add"])
        return
    if "remove" in change:
        objects.remove(find(objects, change["remove"]))
        return
    manifest = find(objects, change["at"])
    for path, value in (change.get("set") or {}).items():
        parent, last = walk(manifest, path, make=True)
        if isinstance(parent, list) and last == len(parent):
            parent.append(value)
        else:
            parent[last] = value
    for path in change.get("unset") or []:
        parent, last = walk(manifest, path)
        del parent[last]


def find(objects, wanted):
    """A name may be left off at its end, as `Job/migrate` for whatever its version is."""
    chosen = [manifest for manifest in objects if title(manifest) == wanted]
    chosen = chosen or [manifest for manifest in objects if title(manifest).startswith(f"{wanted}-")]
    if len(chosen) != 1:
        raise LookupError(f"{wanted} is {len(chosen)} manifests")
    return chosen[0]


def walk(manifest, path, make=False):
    """What holds the end of a path, and the end. Steps are parted by spaces; a step into a list is a number, an
    element's name, or + for one more."""
    steps = path.split(" ")
    here = manifest
    for step in steps[:-1]:
        if make and isinstance(here, dict) and here.get(step) is None:
            here[step] = {}
        here = here[place(here, step)]
    return here, place(here, steps[-1])


def place(here, step):
    if not isinstance(here, list):
        return step
    if step == "+":
        return len(here)
    if step.isdigit():
        return int(step)
    names = [element.get("name") for element in here]
    return names.index(step)
