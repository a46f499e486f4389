/** A registry of the cluster's node that asks for a password, over the same images as the one of all tests. */
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'

export const user = 'hop3'
export const password = 'secret'
/** Of the password, as htpasswd writes it. */
const digest = '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'

/** Its name, for nodes. Ended when the test has finished. */
export async function guardedRegistry(directory: string): Promise<string> {
  const { directory: cluster } = inject('kubernetes')
  const [passwords, config] = [join(directory, 'htpasswd'), join(directory, 'registry.yml')]
  await writeFile(passwords, `${user}:${digest}\n`)
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'info', formatter: 'text' },
      storage: { filesystem: { rootdirectory: join(cluster, 'registry-data') } },
      auth: { htpasswd: { realm: 'tests', path: passwords } },
      http: { addr: '127.0.0.1:0' },
    }),
  )
  const space = (await readFile(join(cluster, 'namespace'), 'utf8')).trim()
  const registry = spawn('nsenter', [`--net=/run/netns/${space}`, 'docker-registry', 'serve', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void registry.kill())
  return new Promise((resolve, reject) => {
    let said = ''
    registry.once('error', reject)
    registry.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}: ${said}`)))
    registry.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}
