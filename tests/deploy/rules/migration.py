"""The Job that brings databases up to date."""

import re

from manifests import env_of
from truth import EXPECTED_CONFIG_MAPS

from rules import rule
from rules.wiring import sources

HASHED = re.compile(r".*-[a-z0-9]{10}")


@rule("migration-job")
def migration_job(manifests):
    """There is one for each version, so that none has ever to be changed, and it ends by itself."""
    jobs = manifests.of("Job")
    if any(workload.component == "all" for workload in manifests.ours):
        if jobs:
            yield "a Job beside a pod that migrates its own files"
        return
    if len(jobs) != 1:
        yield f"{len(jobs)} Jobs migrate"
        return
    job = next(workload for workload in manifests.workloads if workload.kind == "Job")
    version = job.labels.get("app.kubernetes.io/version")
    if job.name != f"migrate-{version}":
        yield f"{job} does not carry the version {version} in its name"
    spec = job.spec
    if (spec.get("backoffLimit"), spec.get("activeDeadlineSeconds")) != (6, 900):
        yield f"{job} tries 6 times and ends after 900 seconds"
    if spec.get("ttlSecondsAfterFinished") != 86400:
        yield f"{job} is to be looked at for a day, then gone"
    annotations = job.manifest["metadata"].get("annotations") or {}
    deleted = annotations.get("argocd.argoproj.io/hook-delete-policy", "").split(",")
    if "argocd.argoproj.io/hook" in annotations and set(deleted) != {"HookSucceeded", "BeforeHookCreation"}:
        yield f"{job} is another one for each version, and Argo CD would keep them all"
    if job.pod.get("restartPolicy") != "OnFailure":
        yield f"{job}: restartPolicy is not OnFailure"
    arguments = [str(word) for word in job.main.get("args") or []]
    waits = arguments[3] if arguments[2:3] == ["--wait-db"] and len(arguments) == 4 else ""
    if not waits.isdigit() or not 60 <= int(waits) <= spec.get("activeDeadlineSeconds", 0) // 2:
        yield f"{job} does not wait for a database that comes up beside it: {arguments}"
    if not {"GUILDHALL_MIGRATE_DATABASE_URL_FILE", "GUILDHALL_DATABASE_URL_FILE"} <= set(env_of(job.main)):
        yield f"{job} has no role of its own, or does not know where databases are"


@rule("unchanging-job")
def unchanging_job(manifests):
    """Nothing that the Job names changes its name with its content: a Job cannot be changed."""
    for workload in manifests.workloads:
        if workload.kind == "Job":
            for kind, name, _ in sources(workload):
                if kind == "ConfigMap" and name not in EXPECTED_CONFIG_MAPS or HASHED.fullmatch(name):
                    yield f"{workload} uses {kind}/{name}, which has another name tomorrow"
