/** Images of the tests' app, on the real engine. What is made here is removed here, by id. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

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
  /** The one with a shell, with more lines of a Dockerfile. */
  build(lines: string): string
  /** One whose only program is none that this host can run. */
  buildFor(platform: string): string
}

/** Those of this run (`make-images.ts`), and what a file makes of them: removed after its tests. */
export function useImages(): TestImages {
  const made: string[] = []
  afterAll(() => removeImages(made))
  const keep = (build: ImageBuild): string => {
    const id = buildImage(build)
    made.push(id)
    return id
  }
  return {
    // There is none where all is skipped.
    get shell() {
      return inject('images').shell
    },
    get scratch() {
      return inject('images').scratch
    },
    build: (lines) => keep({ text: `FROM ${inject('images').shellName}\n${lines}` }),
    // No program at all fails as one for another machine does.
    buildFor: (platform) =>
      keep({ text: 'FROM scratch\nCOPY --chmod=755 <<EOF /app/server\nnone\nEOF\nWORKDIR /app\nCMD ["/app/server"]', platform }),
  }
}

interface ImageBuild {
  /** Of the Dockerfile. */
  readonly text: string
  /** The context; none where it is absent. */
  readonly directory?: string
  /** A Dockerfile names what it builds on, and takes no id. */
  readonly name?: string
  /** `linux/arm64`. */
  readonly platform?: string
}

/** Its id. No two images of tests are the same: what is removed is nobody else's. */
export function buildImage({ text, directory, name, platform }: ImageBuild): string {
  const more = [...(name === undefined ? [] : ['--tag', name]), ...(platform === undefined ? [] : ['--platform', platform])]
  // Of a Dockerfile that is told by the standard input Buildx leaves a copy behind.
  const own = mkdtempSync(join(tmpdir(), 'hop3-dockerfile-'))
  const file = join(own, 'Dockerfile')
  try {
    writeFileSync(file, `${text}\nLABEL hop3.test=${randomMark()}\n`)
    const words = ['build', '--quiet', ...more, '--file', file, directory ?? own]
    return execFileSync('docker', words, { encoding: 'utf8', stdio: 'pipe' }).trim()
  } finally {
    rmSync(own, { recursive: true })
  }
}

export const randomMark = (): string => randomBytes(6).toString('hex')

export function removeImages(ids: readonly string[]): void {
  for (const id of ids) answers('docker', ['rmi', '--force', id])
}

declare module 'vitest' {
  interface ProvidedContext {
    images: { readonly shell: string; readonly scratch: string; readonly shellName: string }
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
