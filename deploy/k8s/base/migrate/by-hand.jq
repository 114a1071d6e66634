# Makes, of the Job that migrates, one that does something else once, with the same image and roles: what stands behind `--args`, or
# behind `--args --` where it has options. By hand: deploy/README.md tells how.
(.items? // [.])[]
| select(.kind == "Job")
| .metadata |= {name: "by-hand", namespace, labels}
| .spec.backoffLimit = 0
| .spec.template.spec.restartPolicy = "Never"
| .spec.template.spec.containers[0].args = $ARGS.positional
