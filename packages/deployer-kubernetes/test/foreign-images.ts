/** Images for other processors than those of the cluster's node. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'

export interface ForeignImages {
  /** An image that says what it is for, in an index that has no other. */
  readonly index: string
  /** The image itself. */
  readonly single: string
  /** It says that it is for the node's, and its program is not. */
  readonly mistaken: string
}

export async function foreignImages(directory: string): Promise<ForeignImages> {
  const { registry, image } = inject('kubernetes')
  const program = await readFile('/bin/true')
  // What kind of processor an ELF file is for: 183 is AArch64.
  program.writeUInt16LE(183, 18)
  await writeFile(join(directory, 'server'), program, { mode: 0o755 })
  const single = push(registry, directory, 'linux/arm64', 'scratch')
  return { index: await pushIndex(registry, single), single, mistaken: push(registry, directory, 'linux/amd64', image) }
}

function push(registry: string, directory: string, platform: string, from: string): string {
  const name = `${registry}/foreign:${randomBytes(6).toString('hex')}`
  const text = `FROM ${from}\nCOPY server /app/server\nUSER 1000\nCMD ["/app/server"]\n`
  writeFileSync(join(directory, 'Dockerfile'), text)
  execFileSync('docker', ['build', '--quiet', '--platform', platform, '--tag', name, directory], { stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(() => void execFileSync('docker', ['rmi', '--force', name], { stdio: 'ignore' }))
  const said = execFileSync('docker', ['push', name], { encoding: 'utf8' })
  return `${registry}/foreign@${/sha256:[a-f0-9]{64}/.exec(said)?.[0] ?? ''}`
}

async function pushIndex(registry: string, image: string): Promise<string> {
  const [, digest = ''] = image.split('@')
  const manifests = `http://${registry}/v2/foreign/manifests`
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
  const found = await fetch(`${manifests}/${digest}`, { headers: { accept: mediaType } })
  const size = (await found.arrayBuffer()).byteLength
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifests: [{ mediaType, digest, size, platform: { os: 'linux', architecture: 'arm64' } }],
  }
  const answer = await fetch(`${manifests}/${randomBytes(6).toString('hex')}`, {
    method: 'PUT',
    headers: { 'content-type': index.mediaType },
    body: JSON.stringify(index),
  })
  if (!answer.ok) throw new Error(`the registry answered with ${answer.status}: ${await answer.text()}`)
  return `${registry}/foreign@${answer.headers.get('docker-content-digest')}`
}
