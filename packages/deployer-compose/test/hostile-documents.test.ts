import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { deploymentContextFor, openOwnEngine, testHost } from '@hop3/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { composeUp, findCompose } from '../src/compose-program.ts'
import { formatDocument } from '../src/document.ts'
import { openEngine } from '../src/engine.ts'
import { composeDocument } from '../src/service.ts'
import { stackDocument } from '../src/swarm/stack-document.ts'
import { serviceName, volumeName } from '../src/swarm/stack-names.ts'
import { differences, hostileBatches, type HostileBatch } from './hostile-batches.ts'
import { flavors, isSkipped, randomMark } from './test-images.ts'

/** `HOP3_HOSTILE=20000` tries as many. */
const count = Number(process.env['HOP3_HOSTILE'] ?? 1_000)
const timeout = 180_000 + count * 60

/** A program that is the container's first process is what the kernel shows. */
const asFirst = (document: { readonly services: Readonly<Record<string, object>> }, batches: readonly HostileBatch[]): object => ({
  ...document,
  services: Object.fromEntries(
    Object.entries(document.services).map(([name, service], at) => [name, { ...service, init: false, labels: batches[at]?.labels }]),
  ),
})

for (const [seed, flavor] of flavors.entries()) {
  test.skipIf(isSkipped(flavor))(
    `${count} names, values, arguments, labels and paths through the real ${flavor.name}`,
    { timeout },
    async () => {
      const host = await testHost()
      const network = `hop3-test-${randomMark()}`
      execFileSync('docker', ['network', 'create', network])
      onTestFinished(() => void execFileSync('docker', ['network', 'rm', network]))
      const batches = hostileBatches(count, inject('images').scratch, host.directory, seed + 1)
      const document = composeDocument(
        batches.map(({ input }) => input),
        network,
      )
      await writeFile(join(host.directory, 'compose.json'), formatDocument(asFirst(document, batches)))
      const engine = await openEngine({ env: { PATH: flavor.path, HOME: host.directory }, signal: new AbortController().signal })
      const given = await deploymentContextFor(host, { env: { PATH: flavor.path, HOME: host.directory } })
      const list = (...words: readonly string[]): readonly string[] =>
        execFileSync('docker', ['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${network}`, ...words], {
          encoding: 'utf8',
        })
          .split('\n')
          .filter(Boolean)
      onTestFinished(() => void execFileSync('docker', ['rm', '--force', '--volumes', ...list()]))
      const services = Object.keys(document.services)
      const up = await composeUp(given, engine, await findCompose(given, engine), {
        project: network,
        directory: host.directory,
        file: 'compose.json',
        services,
      })
      expect({ exitCode: up.exitCode, said: up.exitCode === 0 ? '' : up.stderr.slice(-2_000) }).toEqual({ exitCode: 0, said: '' })
      const found = batches.flatMap((batch) => {
        const [id = ''] = list('--filter', `label=com.docker.compose.service=${batch.input.wanted.service}`)
        return differences(batch, id, undefined)
      })
      expect(found.slice(0, 5)).toEqual([])
      tell(flavor.name, batches)
    },
  )
}

test.skipIf(flavors.every(isSkipped) || process.getuid?.() !== 0)(
  `${count} names, values, arguments, labels and paths through the real docker stack`,
  { timeout },
  async () => {
    const engine = await openOwnEngine({ isApart: true })
    onTestFinished(() => engine.close())
    const { scratch, shellName } = inject('images')
    engine.load(shellName.replace(/:.*/, ':scratch'))
    const docker = (...words: readonly string[]): string =>
      execFileSync('docker', ['--host', engine.address, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
    docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
    docker('network', 'create', '--driver', 'overlay', '--attachable', 'hostile')
    const directory = await mkdtemp(join(tmpdir(), 'hop3-hostile-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const batches = hostileBatches(count, scratch, directory, 9)
    const volume = volumeName('hostile', directory)
    docker('volume', 'create', '--opt', 'type=none', '--opt', 'o=bind', '--opt', `device=${directory}`, volume)
    const document = stackDocument({
      stack: 'hostile',
      network: 'hostile',
      workers: batches.map(({ input }) => ({ input, replicas: 1 })),
      secrets: {},
      onlyNode: undefined,
      gated: { canCheck: false, bootSeconds: 1, patience: 10 },
    })
    await writeFile(join(directory, 'stack.json'), formatDocument(asFirst(document, batches)))
    docker('stack', 'deploy', '--compose-file', join(directory, 'stack.json'), '--resolve-image', 'never', 'hostile')
    const found: string[] = []
    for (const batch of batches) {
      const service = serviceName('hostile', batch.input.wanted.worker)
      const filter = `label=com.docker.swarm.service.name=${service}`
      let id = ''
      for (;;) {
        id = docker('ps', '--quiet', '--filter', filter)
        if (id !== '') break
        const failed = docker('service', 'ps', '--no-trunc', '--format', '{{.Error}}', service)
        expect(failed.replaceAll('"', '').trim()).toBe('')
        await systemClock.sleep(100)
      }
      found.push(...differences(batch, id, engine.address))
    }
    expect(found.slice(0, 5)).toEqual([])
    tell('docker stack', batches)
  },
)

/** Only when it was asked for by number. */
function tell(what: string, batches: readonly HostileBatch[]): void {
  if (process.env['HOP3_HOSTILE'] === undefined) return
  const all = batches.reduce((sum, { size }) => sum + size, 0)
  const refused = batches.reduce((sum, one) => sum + one.refused, 0)
  process.stdout.write(`${what}: ${all} generated, ${refused} refused, ${all - refused} as they were written.\n`)
}
