"""What alerts and the dashboard ask Prometheus, read as Prometheus reads it."""

import json
import re
from datetime import timedelta

import promql_parser as promql
from manifests import title
from truth import described, metrics

from rules import rule

# What Prometheus and its operator put on every number.
EVERYWHERE = {label: set() for label in ("container", "endpoint", "instance", "job", "namespace", "pod")}
OF_COUNTERS = {"increase", "irate", "rate"}
OF_ANYTHING = {"absent_over_time", "count_over_time", "present_over_time"}
PARTS = ("_bucket", "_sum", "_count")
REGULAR = {"MatchOp.Re", "MatchOp.NotRe"}
# Numbers are asked for every fifteen seconds, and a rate takes two at least, also when some are missed.
SHORTEST = timedelta(minutes=1)
# Grafana puts a length of time in its place.
INTERVAL = "$__rate_interval"
# A call that takes longer is broken off, so nothing takes this many seconds.
LONGEST = 60
PATIENCE = timedelta(hours=2)


def parsed(expression):
    return promql.parse(expression.replace(INTERVAL, "5m"))


def children(node):
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        child = getattr(node, name, None)
        if isinstance(child, promql.Expr):
            yield child
    if isinstance(node, promql.Call):
        yield from node.args


def walk(node, above=()):
    """Every part of an expression, with what it stands in, from the outside inwards."""
    yield node, above
    for child in children(node):
        yield from walk(child, (*above, node))


def selectors(node):
    return [part for part, _ in walk(node) if isinstance(part, promql.VectorSelector)]


def mentions(expression):
    """The names of numbers, as often as they stand there."""
    try:
        return [selector.name for selector in selectors(parsed(expression))]
    except ValueError:
        return []


def kind_and_labels(name):
    """Those of a number, and of the parts of a histogram."""
    for part in PARTS:
        kind, labels = described().get(name.removesuffix(part), (None, {}))
        if name.endswith(part) and kind == "histogram":
            return "counter", labels | EVERYWHERE | ({"le": set()} if part == "_bucket" else {})
    kind, labels = described().get(name, ("counter" if name.endswith("_total") else "gauge", {}))
    return kind, labels | EVERYWHERE


def function(node):
    return node.func.name if isinstance(node, promql.Call) else None


def unwrapped(node):
    while isinstance(node, promql.ParenExpr):
        node = node.expr
    return node


def selected(selector, above):
    """What is wrong with one number where it stands."""
    if selector.name not in metrics() | {"up"}:
        yield f"nobody tells {selector.name}"
        return
    kind, labels = kind_and_labels(selector.name)
    for matcher in selector.matchers.matchers:
        if matcher.name not in labels:
            yield f"{selector.name} has no label {matcher.name}"
        elif said := labels[matcher.name]:
            whole = re.compile(matcher.value) if str(matcher.op) in REGULAR else re.compile(re.escape(matcher.value))
            if not any(whole.fullmatch(value) for value in said):
                yield f"{matcher.name} of {selector.name} is never {matcher.value}"
    functions = [function(node) for node in above if function(node)]
    by = functions[-1] if functions else None
    if kind == "histogram":
        yield f"{selector.name} is told in parts: {', '.join(PARTS)}"
    elif kind == "counter" and by not in OF_COUNTERS | OF_ANYTHING:
        yield f"{selector.name} only grows, and starts again with its process: {by or 'as it is'}"
    elif kind == "gauge" and by in OF_COUNTERS:
        yield f"{selector.name} goes up and down: {by}"


def grouped(node):
    """Labels that are grouped or matched by, and that nothing below has."""
    modifier = getattr(node, "modifier", None)
    if isinstance(node, promql.BinaryExpr):
        modifier = modifier and modifier.matching
    known = {label for selector in selectors(node) for label in kind_and_labels(selector.name)[1]}
    for label in sorted(set(modifier.labels if modifier else ()) - known):
        yield f"nothing has the label {label}"


def quantile(node):
    """A share of a histogram: of the rate of its buckets, which stay apart."""
    share, buckets = node.args
    if not isinstance(share, promql.NumberLiteral) or not 0 < share.val < 1:
        yield f"{share.prettify()} is no share"
    inner = unwrapped(buckets)
    if isinstance(inner, promql.AggregateExpr):
        by = inner.modifier
        if str(inner.op) != "sum" or by is None or (by.type == promql.AggModifierType.By) != ("le" in by.labels):
            yield "buckets are added up, and a share of all of them is none"
        inner = unwrapped(inner.expr)
    names = [selector.name for selector in selectors(inner)]
    if function(inner) not in OF_COUNTERS or not all(name.endswith("_bucket") for name in names):
        yield f"{inner.prettify()} is no histogram"


def compared(node):
    """A duration is in seconds."""
    sides = [unwrapped(node.lhs), unwrapped(node.rhs)]
    if any(function(side) == "histogram_quantile" for side in sides):
        for side in sides:
            if isinstance(side, promql.NumberLiteral) and side.val > LONGEST:
                yield f"nothing takes {side.val:.0f} seconds"


def faults_in(expression):
    try:
        root = parsed(expression)
    except ValueError as error:
        yield str(error)
        return
    if not selectors(root):
        yield "is about nothing"
    for node, above in walk(root):
        if isinstance(node, promql.VectorSelector):
            yield from selected(node, above)
        if isinstance(node, promql.MatrixSelector) and node.range < SHORTEST:
            yield f"{node.prettify()} is too short for a rate"
        if isinstance(node, promql.AggregateExpr | promql.BinaryExpr):
            yield from grouped(node)
        if isinstance(node, promql.BinaryExpr):
            yield from compared(node)
        if function(node) == "histogram_quantile":
            yield from quantile(node)


def expressions(manifests):
    """Every expression and where it stands."""
    for rules in manifests.of("PrometheusRule"):
        for group in rules["spec"]["groups"]:
            for entry in group["rules"]:
                yield entry.get("alert"), entry["expr"]
    for config in manifests.of("ConfigMap"):
        for key, text in (config.get("data") or {}).items():
            for panel in json.loads(text)["panels"] if key.endswith(".json") else []:
                for target in panel.get("targets") or []:
                    yield f"{title(config)}, {panel['title']}", target["expr"]


@rule("expressions")
def asked(manifests):
    """Prometheus reads each, and each asks for numbers and labels that exist, in the way that suits their kind."""
    for where, expression in expressions(manifests):
        for fault in sorted(set(faults_in(expression))):
            yield f"{where}: {fault}"


def shown(root):
    """Labels that come out of an expression, as far as what stands on its left tells."""
    root = unwrapped(root)
    if isinstance(root, promql.BinaryExpr):
        # A number has none.
        return shown(root.lhs if selectors(root.lhs) else root.rhs)
    if isinstance(root, promql.AggregateExpr) and root.modifier and root.modifier.type == promql.AggModifierType.By:
        return set(root.modifier.labels)
    if isinstance(root, promql.AggregateExpr) and root.modifier is None:
        return set()
    if isinstance(root, promql.Call) and selectors(root):
        return shown(root.args[-1])
    return {label for selector in selectors(root) for label in kind_and_labels(selector.name)[1]}


@rule("told-alerts")
def told_alerts(manifests):
    """An alert is when something compares, is told within hours, and names in its words what its expression brings."""
    for rules in manifests.of("PrometheusRule"):
        for group in rules["spec"]["groups"]:
            for entry in group["rules"]:
                if "for" in entry and promql.parse_duration(entry["for"]) > PATIENCE:
                    yield f"{entry.get('alert')} is told after {entry['for']}"
                try:
                    root = parsed(entry["expr"])
                except ValueError:
                    continue
                if not isinstance(unwrapped(root), promql.BinaryExpr):
                    yield f"{entry.get('alert')} is as long as there are numbers"
                for name, text in (entry.get("annotations") or {}).items():
                    left = re.sub(r"\{\{ \$(?:value|labels\.\w+) \}\}", "", text)
                    if "{{" in left or "}}" in left:
                        yield f"{entry.get('alert')}, {name}: cannot be filled in"
                    for label in sorted(set(re.findall(r"\$labels\.(\w+)", text)) - shown(root)):
                        yield f"{entry.get('alert')}, {name}: nothing brings the label {label}"
