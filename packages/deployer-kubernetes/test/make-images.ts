/** The cluster and the image all of this package's tests share: made before the first, ended after the last. */
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const ci = join(import.meta.dirname, '../../../.ci')

export interface TestCluster {
  /** As `.ci/kubernetes` has made it. */
  readonly directory: string
  /** Of an administrator. */
  readonly kubeconfig: string
  /** Of somebody who may do nothing. */
  readonly limited: string
  readonly kubectl: string
  /** A registry both the nodes and Docker here know by this name. */
  readonly registry: string
  /** With a shell, by digest. */
  readonly image: string
  /** Nothing but a static program, by digest. */
  readonly scratch: string
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const binaries = execFileSync(join(ci, 'make-kubernetes'), ['--where'], { encoding: 'utf8' }).trim()
  const why = missing(join(binaries, 'bin'))
  provide('skipped', why ?? '')
  if (why !== undefined) return undefined
  const known = process.env['HOP3_TEST_CLUSTER']
  const directory = known ?? (await mkdtemp(join(tmpdir(), 'hop3-kubernetes-')))
  const images: string[] = []
  const close = async (): Promise<void> => {
    for (const image of images) answers('docker', ['rmi', '--force', image])
    // Vitest ends its workers meanwhile.
    if (known === undefined) await promisify(execFile)(join(ci, 'kubernetes'), ['down', directory])
  }
  try {
    if (known === undefined) execFileSync(join(ci, 'kubernetes'), ['up', directory], { stdio: ['ignore', 'ignore', 'inherit'] })
    const registry = (await readFile(join(directory, 'registry'), 'utf8')).trim()
    const made = await makeImages(registry, images)
    const kubectl = join(binaries, 'bin/kubectl')
    provide('kubernetes', {
      directory,
      kubeconfig: join(directory, 'kubeconfig'),
      limited: join(directory, 'kubeconfig-limited'),
      kubectl,
      registry,
      ...made,
    })
    return close
  } catch (error) {
    await close()
    throw error
  }
}

/** Where HOP3_REQUIRE is `all` none may be missing, unless HOP3_CLUSTER says so: to build one takes minutes. */
function missing(binaries: string): string | undefined {
  if (process.env['HOP3_CLUSTER'] === 'none') return 'HOP3_CLUSTER is none'
  if (process.env['HOP3_REQUIRE'] === 'all') return undefined
  if (process.getuid?.() !== 0) return 'a cluster takes root'
  if (!existsSync(join(binaries, 'kubelet'))) return 'no Kubernetes is built: .ci/make-kubernetes'
  const programs = ['docker', 'go', 'etcd', 'containerd', 'runc', 'docker-registry', 'nsenter', 'openssl', 'iptables']
  const program = programs.find((one) => !answers('sh', ['-c', `command -v ${one}`]))
  if (program !== undefined)
    return `there is no ${program}: apt-get install etcd-server containernetworking-plugins containerd docker-registry iptables`
  return answers('docker', ['info']) ? undefined : 'no container engine answers'
}

async function makeImages(registry: string, images: string[]): Promise<Pick<TestCluster, 'image' | 'scratch'>> {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-images-'))
  try {
    await cp(join(import.meta.dirname, '../../testing/fixtures/image-app.go'), join(directory, 'main.go'))
    execFileSync('go', ['build', '-o', 'app', 'main.go'], { cwd: directory, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
    await writeFile(join(directory, '.dockerignore'), 'main.go\n')
    const push = (from: string): string => {
      const name = `${registry}/app:${randomBytes(6).toString('hex')}`
      const text = `FROM ${from}\nCOPY app /app/server\nWORKDIR /app\nUSER 1000\nCMD ["/app/server"]\n`
      writeFileSync(join(directory, 'Dockerfile'), text)
      execFileSync('docker', ['build', '--quiet', '--tag', name, directory], { stdio: ['ignore', 'ignore', 'inherit'] })
      images.push(name)
      const said = execFileSync('docker', ['push', name], { encoding: 'utf8' })
      return `${registry}/app@${/sha256:[a-f0-9]{64}/.exec(said)?.[0] ?? ''}`
    }
    return { image: push('debian:bookworm-slim'), scratch: push('scratch') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, [...args], { stdio: 'ignore' })
    return true
  } catch {
    // Not there, or it says no.
    return false
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    kubernetes: TestCluster
    /** Why there is none; empty where there is. */
    skipped: string
  }
}
