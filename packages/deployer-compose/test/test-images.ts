/** Images of the tests' app, on the real engine, and artifacts that lie in them. What is made here is removed here, by id. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildArtifact, RuntimeConfig } from '@hop3/core'
import { workerMarker } from '@hop3/testing'

/** What runs Compose in a test: PATH of the deployer's tools. */
export interface Flavor {
  readonly name: 'Compose 2' | 'Compose 1.29'
  readonly path: string
}

const v1 = '/opt/compose-1.29/bin'
/** Only Compose 1.29 is found where there is no `docker`. */
export const flavors: readonly Flavor[] = [
  { name: 'Compose 2', path: process.env['PATH'] ?? '' },
  { name: 'Compose 1.29', path: v1 },
]

/** Whether to skip, because something is missing. CI sets HOP3_REQUIRE=all: there it is a failure. */
export function isSkipped({ name }: Flavor): boolean {
  if (process.env['HOP3_REQUIRE'] === 'all') return false
  return (
    !answers('docker', ['info']) ||
    !answers('go', ['version']) ||
    (name === 'Compose 1.29' ? !existsSync(v1) : !answers('docker', ['compose', 'version']))
  )
}

export interface TestImages {
  /** Has a shell. */
  readonly shell: string
  /** Nothing but a static program. */
  readonly scratch: string
  /** `lines` are added to the Dockerfile of the one with a shell. */
  build(lines: string): string
  close(): Promise<void>
}

export async function openImages(): Promise<TestImages> {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-images-'))
  const made: string[] = []
  await cp(join(import.meta.dirname, 'test-app.go'), join(directory, 'main.go'))
  execFileSync('go', ['build', '-o', 'app', 'main.go'], { cwd: directory, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
  const build = (from: string, lines: string): string => {
    const text = `FROM ${from}\nCOPY app /app/server\nWORKDIR /app\nLABEL hop3.test=${randomBytes(6).toString('hex')}\nCMD ["/app/server"]\n${lines}\n`
    const id = execFileSync('docker', ['build', '--quiet', '--file', '-', '.'], { cwd: directory, input: text, encoding: 'utf8' }).trim()
    made.push(id)
    return id
  }
  await writeFile(join(directory, '.dockerignore'), 'main.go\n')
  return {
    shell: build('debian:bookworm-slim', ''),
    scratch: build('scratch', ''),
    build: (lines) => build('debian:bookworm-slim', lines),
    async close() {
      for (const id of made) answers('docker', ['rmi', '--force', id])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An artifact in an image. Its processes bear `directory` in their environment, so that tests find them. */
export function imageArtifact(
  image: string,
  directory: string,
  runtime: Partial<RuntimeConfig> = {},
  metadata: BuildArtifact['metadata'] = {},
): BuildArtifact {
  return {
    kind: 'docker-image',
    location: image,
    builder: 'docker',
    appName: 'shop',
    builtAt: '2026-01-01T00:00:00.000Z',
    buildId: '1f3a9c2e00000000000000000000000a',
    metadata,
    runtime: {
      pathPrepend: [],
      workingDir: '/app',
      workers: { web: 'exec /app/server', clock: 'echo tick; exec sleep 1000' },
      beforeRun: [],
      staticPaths: {},
      healthcheckPath: '',
      healthcheckTimeout: 30,
      ...runtime,
      envVars: { [workerMarker]: directory, ...runtime.envVars },
    },
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
