/** What `hop3 render` says of the examples, without a build: their images by an engine that makes none, their units by their artifact.json. */
import { appendFile, cp, readFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArtifact, systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { openDescribingEngine } from './describing-engine.ts'
import { readExampleCheck } from './example-check.ts'
import { copyExample, exampleNames, examples } from './example-source.ts'
import { runCommands, type Asked, type Said } from './many-commands.ts'
import { lacks } from './programs.ts'

/** The file below `system-tests/rendered/<example>` that has what is rendered for it. */
export const renderedFiles = {
  kubernetes: 'kubernetes.yaml',
  compose: 'compose.yaml',
  swarm: 'swarm.yaml',
  systemd: 'systemd.txt',
} as const

export interface Rendering {
  readonly name: string
  readonly target: keyof typeof renderedFiles
}

export interface RenderedExample extends Rendering {
  readonly home: string
  /** To somebody here, and to somebody in another time zone, with another language. */
  readonly texts: readonly [string, string]
}

const ofImages = ['kubernetes', 'compose', 'swarm'] as const

/** Of every example. One that no machine of ours builds without containers has no units. */
export function renderings(): readonly Rendering[] {
  return exampleNames().flatMap((name) => [
    ...ofImages.map((target) => ({ name, target })),
    ...(existsSync(join(examples, name, 'artifact.json')) ? [{ name, target: 'systemd' as const }] : []),
  ])
}

/** Why this machine cannot render it; undefined where it can. */
export function lacksFor({ name, target }: Rendering): string | undefined {
  const { providers, needs } = readExampleCheck(join(examples, name, 'check.json'))
  if (target !== 'systemd' && providers.length > 0 && lacks(...needs)) return needs.join(', ')
  // The units name the uWSGI of this host, and there would be a download.
  const isWsgi = target === 'systemd' && readFileSync(join(examples, name, 'artifact.json'), 'utf8').includes('"wsgi"')
  return isWsgi && lacks('python3', 'uwsgi') ? 'python3 with uwsgi' : undefined
}

const somewhere = { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' }
const elsewhere = { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }
/** What this machine can. `directory` is empty. */
export async function renderExamples(directory: string): Promise<readonly RenderedExample[]> {
  const homes = { images: join(directory, 'images'), native: join(directory, 'native') }
  const asked = renderings().flatMap((one) =>
    lacksFor(one) === undefined ? [{ ...one, home: one.target === 'systemd' ? homes.native : homes.images }] : [],
  )
  const names = [...new Set(asked.flatMap(({ name, target }) => (target === 'systemd' ? [] : [name])))]
  const engine = await openDescribingEngine(join(directory, 'engine'), homes.images)
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: directory, DOCKER_HOST: engine.address }
  try {
    await Promise.all(asked.flatMap(({ name, target }) => (target === 'systemd' ? [writeNative(name, homes.native)] : [])))
    await Promise.all(names.map((name) => writeSource(name, directory, homes.images)))
    const half = Math.ceil(names.length / 2)
    await Promise.all(
      [names.slice(0, half), names.slice(half)].map((some) =>
        allWell(
          some.map((name) => build(join(directory, 'sources', name), { ...env, HOP3_HOME: homes.images })),
          directory,
        ),
      ),
    )
    const inPlace = (place: Asked['env']): Promise<readonly Said[]> =>
      runCommands(
        asked.map(({ name, target, home }) => ({
          words: ['render', name, '--target', target],
          env: { ...env, ...place, HOP3_HOME: home },
        })),
        { cwd: directory, env: place },
      )
    // One after the other: who has to wait for somebody says so.
    const here = await inPlace(somewhere)
    const there = await inPlace(elsewhere)
    return asked.map((one, index) => ({ ...one, texts: [textOf(here[index]), textOf(there[index])] }))
  } finally {
    await engine.close()
  }
}

/** A rendered text with a stand-in for whatever differs from home to home and from release to release: it stays a document that is taken. */
export function maskedRendering(text: string, home: string): string {
  return text
    .replaceAll(home, '/var/lib/hop3')
    .replaceAll(/r000001-[0-9a-f]{8}/g, 'r000001-abcdefab')
    .replaceAll(/^(\s*(?:image: ))sha256:[0-9a-f]{64}$/gm, `$1sha256:${'2'.repeat(64)}`)
    .replaceAll(/^(\s*hop3[./]home: )"?[0-9a-f]{12}"?$/gm, '$1abcdefabcdef')
    .replaceAll(/\b(hop3-[a-z0-9-]+?[-_])[0-9a-f]{12}(?![0-9a-f])/g, '$1abcdefabcdef')
    .replaceAll(/(?<=-abcdefabcdef_)[0-9a-f]{12,20}\b/g, 'abcdefabcdef')
    .replaceAll(/(?<=-env-)[0-9a-f]{16}\b/g, 'abcdefabcdefabcd')
    .replaceAll(/^User=.*$/gm, 'User=hop3')
    .replaceAll(
      /^ExecStart=.* ("--strict" .*)$/gm,
      (_, words: string) => `ExecStart="uwsgi" ${words.replace(/"--virtualenv" "[^"]*" /, '')}`,
    )
}

/** With the one line more that a cluster takes. */
async function writeSource(name: string, directory: string, home: string): Promise<void> {
  const source = await copyExample(name, { directory })
  await appendFile(join(source, 'hop3.toml'), `\n[build.docker]\npush = "registry.example.com/${name}"\n`)
  const { providers } = readExampleCheck(join(examples, name, 'check.json'))
  for (const one of providers) await cp(join(examples, 'host-providers', one), join(home, 'providers', one), { recursive: true })
}

const build = (source: string, env: Asked['env']): Asked => ({ words: ['build', source, '--builder', 'docker'], env })

/** The release its artifact.json is of, as if it had been deployed. */
async function writeNative(name: string, path: string): Promise<void> {
  const home = createHome({ path, clock: systemClock }).app(name)
  const lock = await home.lock({ operation: 'deploy', wait: false, signal: new AbortController().signal, notice: () => {} })
  const slot = await home.nextRelease('abcdefab000000000000000000000000')
  const text = (await readFile(join(examples, name, 'artifact.json'), 'utf8'))
    .replaceAll('<release>', slot.path)
    .replaceAll('<release id>', slot.id)
    .replace('<built_at>', '2026-01-01T00:00:00.000Z')
    .replace('<build_id>', slot.buildId)
  await home.reserve(slot)
  await home.commit(slot, await parseArtifact(text, name))
  await home.switchTo(slot.id)
  await lock.release()
}

async function allWell(asked: readonly Asked[], cwd: string): Promise<void> {
  const said = await runCommands(asked, { cwd })
  for (const [index, { exitCode, stderr }] of said.entries())
    if (exitCode !== 0) throw new Error(`hop3 ${asked[index]?.words.join(' ') ?? ''} exited with ${exitCode}: ${stderr}`)
}

/** A refusal is an answer, too. */
const textOf = (said: Said | undefined): string => (said === undefined ? '' : said.exitCode === 0 ? said.stdout : said.stderr)
