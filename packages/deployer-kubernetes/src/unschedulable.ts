/** Why no node takes a pod, read from the scheduler's sentence: what there is too little of, what keeps it away, and what to do. Pure. */

export interface Unschedulable {
  /** `memory`, `cpu`, `nvidia.com/gpu`. */
  readonly resources: readonly string[]
  /** `dedicated: db`, as the scheduler writes them. */
  readonly taints: readonly string[]
  readonly hint: string
}

export function unschedulable(said: string): Unschedulable {
  const resources = all(said, /Insufficient ([\w./-]+\w)/g)
  const taints = all(said, /untolerated taint(?:\(s\))? \{([^}]+)\}/g).map((taint) => taint.replace(/: *$/, ''))
  const hints = [
    ...(resources.length === 0
      ? []
      : [
          `Ask for less ${resources.join(' and ')} (memory, cpus, memory-request and cpu-request under [deploy.kubernetes]), or add a node that has it: kubectl describe nodes`,
        ]),
    ...(/taint/.test(said)
      ? [`Hop3 tolerates no taint: add a node without one, or take it away: ${taints.map(removal).join('; ') || 'kubectl describe nodes'}`]
      : []),
    ...(/pod affinity rules/.test(said)
      ? [
          'Its volumes are for one node at a time, and all of its pods have to be there: make room on that node (kubectl get pods --output wide). A node that is lost keeps them until it is removed: kubectl delete node <name>.',
        ]
      : []),
    ...(/PersistentVolumeClaim|volume/.test(said)
      ? ['See what its volume waits for: kubectl get pvc,storageclass. storage-class = "…" under [deploy.kubernetes] names another.']
      : []),
  ]
  return { resources, taints, hint: hints.join('\n') || 'See what the nodes have and want: kubectl describe nodes' }
}

const all = (said: string, pattern: RegExp): readonly string[] => [...new Set([...said.matchAll(pattern)].map((match) => match[1] ?? ''))]

const removal = (taint: string): string => `kubectl taint nodes --all ${taint.split(':', 1)[0] ?? ''}-`
