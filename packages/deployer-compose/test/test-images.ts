/** Images of the tests' app, on the real engine. What is made here is removed here, by id. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { inject } from 'vitest'

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
  close(): Promise<void>
}

/** Those of this run (`make-images.ts`), and what a file makes of them. */
export async function openImages(): Promise<TestImages> {
  const made: string[] = []
  const { shell, scratch, shellName } = inject('images')
  return {
    shell,
    scratch,
    build(lines) {
      const id = buildImage({ text: `FROM ${shellName}\n${lines}` })
      made.push(id)
      return id
    },
    buildFor(platform) {
      // No program at all fails as one for another machine does.
      const text = 'FROM scratch\nCOPY --chmod=755 <<EOF /app/server\nnone\nEOF\nWORKDIR /app\nCMD ["/app/server"]'
      const id = buildImage({ text, platform })
      made.push(id)
      return id
    },
    async close() {
      removeImages(made)
    },
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
  const words = directory === undefined ? ['-'] : ['--file', '-', directory]
  const more = [...(name === undefined ? [] : ['--tag', name]), ...(platform === undefined ? [] : ['--platform', platform])]
  const input = `${text}\nLABEL hop3.test=${randomMark()}\n`
  return execFileSync('docker', ['build', '--quiet', ...more, ...words], { input, encoding: 'utf8', stdio: 'pipe' }).trim()
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
