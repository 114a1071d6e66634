# Makes, of the StatefulSet, a pod that puts /data/backup.tar back: the product's image, volume and rights, on the node of the pod
# `fetch`, for the volume is of one node. By hand: deploy/README.md tells how.
.spec.template.spec as $pod
| {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "restore",
      labels: {
        "app.kubernetes.io/name": "restore",
        "app.kubernetes.io/part-of": "guildhall",
        "app.kubernetes.io/component": "restore"
      }
    },
    spec: ($pod + {
      activeDeadlineSeconds: 3600,
      restartPolicy: "Never",
      affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{
        topologyKey: "kubernetes.io/hostname",
        labelSelector: {matchLabels: {"app.kubernetes.io/name": "fetch", "app.kubernetes.io/component": "fetch"}}
      }]}},
      containers: [
        $pod.initContainers[] | select(.name == "migrate") | . + {name: "restore", args: ["restore", "/data/backup.tar"]}
      ],
      volumes: (
        [$pod.volumes[] | select(.name == "tmp")]
        + [{name: "data", persistentVolumeClaim: {claimName: "data-guildhall-0"}}]
      )
    })
  }
| del(.spec.initContainers)
