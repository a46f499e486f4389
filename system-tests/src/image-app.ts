/** An app that is a container image, with nothing in it but a static program, and what is needed to run it. */
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lacks } from './programs.ts'

/** Each Compose a test runs with: PATH of the deployer's tools. */
export const composes = [
  { name: 'Compose 2', path: process.env['PATH'] ?? '' },
  { name: 'Compose 1.29', path: '/opt/compose-1.29/bin' },
] as const

/** Whether to leave out tests with it. */
export function lacksCompose({ path }: (typeof composes)[number]): boolean {
  return (
    lacks('docker', 'go') ||
    (process.env['HOP3_REQUIRE'] !== 'all' && path.startsWith('/opt/') && !existsSync(join(path, 'docker-compose')))
  )
}

const program = fileURLToPath(new URL('../../packages/testing/fixtures/image-app.go', import.meta.url))

/** Answers with its version. Writing it again with another version makes another image. */
export async function writeImageApp(directory: string, version: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  if (!existsSync(join(directory, 'app'))) {
    const source = join(directory, 'main.go')
    await cp(program, source)
    execFileSync('go', ['build', '-o', 'app', source], { cwd: directory, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
    await writeFile(join(directory, '.dockerignore'), 'main.go\n')
  }
  await writeFile(join(directory, 'Dockerfile'), `FROM scratch\nCOPY app /server\nENV VERSION=${version}\nEXPOSE 8080\nCMD ["/server"]\n`)
  await writeFile(join(directory, 'hop3.toml'), '[deploy]\nstop-timeout = 5\n')
}

/** Throws when containers, networks or volumes of a home's apps are left on the engine. */
export function checkNothingLeft(home: string): void {
  const mark = hash('sha256', home, 'hex').slice(0, 12)
  const list = (...words: readonly string[]): readonly string[] =>
    execFileSync('docker', [...words, '--filter', `label=hop3.home=${mark}`, '--quiet'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
  const left = [...list('ps', '--all'), ...list('network', 'ls'), ...list('volume', 'ls')]
  if (left.length > 0) throw new Error(`left on the engine: ${left.join(', ')}`)
}
