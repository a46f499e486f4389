import { expect, test } from 'vitest'
import { unschedulable } from '../src/unschedulable.ts'

test.each<readonly [string, readonly string[], readonly string[], RegExp]>([
  [
    '0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ['cpu', 'memory'],
    [],
    /^Ask for less cpu and memory/,
  ],
  [
    '0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
    [],
    ['dedicated: db', 'node.kubernetes.io/disk-pressure'],
    /kubectl taint nodes --all dedicated-; kubectl taint nodes --all node\.kubernetes\.io\/disk-pressure-$/,
  ],
  ['0/1 nodes are available: 1 node(s) had untolerated taint(s).', [], [], /kubectl describe nodes$/],
  ['0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', [], [], /storage-class/],
  [
    "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod affinity rules.",
    ['cpu'],
    [],
    /^Ask for less cpu[^]*Its volumes are for one node at a time/,
  ],
  ['0/1 nodes are available: 1 Insufficient nvidia.com/gpu.', ['nvidia.com/gpu'], [], /nvidia\.com\/gpu/],
  ['no nodes available to schedule pods', [], [], /kubectl describe nodes/],
])('%s', (said, resources, taints, hint) => {
  expect(unschedulable(said)).toEqual({ resources, taints, hint: expect.stringMatching(hint) })
})
