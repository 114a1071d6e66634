"""The rules that every rendered overlay and combination of components keeps. A rule is a function from manifests to
sentences, one for each place where they break it."""

from importlib import import_module
from pathlib import Path

RULES = {}
# What breaks these no cluster takes, and the other rules cannot read it.
FIRST = ("schema", "custom-resources")


def rule(name):
    def add(function):
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        RULES[name] = function
        return function

    return add


def problems(manifests):
    """Every broken rule with its sentences."""
    return broken(manifests, FIRST) or broken(manifests, [name for name in RULES if name not in FIRST])


def broken(manifests, names):
    found = {name: list(RULES[name](manifests)) for name in names}
    return {name: sentences for name, sentences in found.items() if sentences}


for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"rules.{file.stem}")
