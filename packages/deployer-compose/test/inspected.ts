/** What the engine knows of a worker's container. */
import { execFileSync } from 'node:child_process'
import type { Staged } from './staged.ts'

export async function inspected({ deployer }: Pick<Staged, 'deployer'>, worker: string, format: string): Promise<string> {
  const found = (await deployer.status()).find((one) => one.worker === worker)
  const ids = execFileSync('docker', ['ps', '--quiet', '--filter', `label=hop3.worker=${worker}`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
  const own = ids.find(
    (id) => execFileSync('docker', ['inspect', '--format', '{{.State.Pid}}', id], { encoding: 'utf8' }).trim() === String(found?.pid),
  )
  return execFileSync('docker', ['inspect', '--format', format, own ?? ''], { encoding: 'utf8' }).trim()
}
