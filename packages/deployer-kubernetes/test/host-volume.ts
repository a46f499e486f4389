/** A volume of the cluster that is a directory of this host: what pods write there, tests read. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { inject } from 'vitest'

export const hostClass = 'hop3-tests'

/** For the claim of that name and no other. One that an earlier test has left on another directory goes. */
export async function hostVolume(directory: string, namespace: string, claim: string): Promise<void> {
  await chmod(directory, 0o777)
  const name = `hop3-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
  const bound = kubectl(['get', 'pvc', claim, '--namespace', namespace, '--ignore-not-found', '--output', 'jsonpath={.spec.volumeName}'])
  if (bound === name) return
  if (bound !== '') kubectl(['delete', 'pvc', claim, '--namespace', namespace, '--wait=true', '--timeout=60s'])
  const claimed = `hop3.test/claim=${namespace}.${claim}`
  // The cluster would bind the claim to any that wants it.
  kubectl(['delete', 'pv', '--selector', `${claimed},hop3.test/name!=${name}`, '--wait=true', '--timeout=60s'])
  kubectl(['apply', '--filename', '-'], {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels: { 'hop3.test/claim': `${namespace}.${claim}`, 'hop3.test/name': name } },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
      storageClassName: hostClass,
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: directory },
      claimRef: { namespace, name: claim },
    },
  })
}

export function kubectl(args: readonly string[], input?: object): string {
  const { kubectl: file, kubeconfig } = inject('kubernetes')
  return execFileSync(file, ['--kubeconfig', kubeconfig, ...args], {
    encoding: 'utf8',
    input: input === undefined ? '' : JSON.stringify(input),
  })
}
