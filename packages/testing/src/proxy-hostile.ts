/** Values nobody sane would write, given to a proxy in every place a route has: each is served byte for byte, or refused. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHop3Error } from '@hop3/core'
import { expect, test } from 'vitest'
import { registerHostileRequestTest } from './proxy-hostile-requests.ts'
import type { StageProxy } from './proxy-stage.ts'
import { randomFrom } from './random-from.ts'
import { startUpstream } from './upstream.ts'

/** Tries `count` values in each place. */
export function registerHostileTests(stage: StageProxy, count: number): void {
  registerHostileRequestTest(stage, hostileTexts(count))

  test(`serves the right directory for each of ${count} hostile names`, { timeout: 60_000 + count * 100 }, async () => {
    const { proxy, route, ask, host } = await stage()
    const upstreams = [await startUpstream('app')]
    const values = hostileNames(count)
    for (let first = 0; first < values.length; first += batch) {
      const root = join(host.directory, 'hostile')
      const names = values.slice(first, first + batch)
      for (const [index, name] of names.entries()) {
        await mkdir(join(root, name), { recursive: true })
        await writeFile(join(root, name, 'which.txt'), String(index))
      }
      const staticPaths = Object.fromEntries(names.map((name, index) => [`/p${index}/`, join(root, name)]))
      await proxy().apply(await route({ upstreams, staticPaths }))
      const seen = await Promise.all(names.map(async (_, index) => (await ask({ path: `/p${index}/which.txt` })).body))
      expect(seen).toEqual(names.map((_, index) => String(index)))
      await rm(root, { recursive: true, force: true })
    }
  })

  test(`takes or refuses ${count} hostile hosts, prefixes, releases and addresses`, { timeout: 60_000 + count * 100 }, async () => {
    const { proxy, route, ask } = await stage()
    const upstreams = [await startUpstream('good')]
    await proxy().apply(await route({ upstreams }))
    const outcomes: string[] = []
    for (const [index, text] of hostileTexts(count).entries()) {
      const changes = [
        { hosts: [text] },
        { staticPaths: { [`/${text}/`]: '/nowhere' } },
        { release: text },
        { upstreams: [{ address: text, port: 80 }] },
      ]
      const outcome = await proxy()
        .apply(await route({ upstreams, ...changes[index % 4] }))
        .then(
          () => 'taken',
          (error: unknown) => (isHop3Error(error) ? error.code : String(error)),
        )
      outcomes.push(outcome)
      // Whatever became of it, what served goes on.
      if (index % 50 !== 0 && outcome !== 'taken') continue
      // A number is an address, too, and somebody may listen there.
      if (outcome === 'taken') await proxy().apply(await route({ upstreams }))
      expect([text, (await ask({ host: 'shop.localhost' })).body]).toEqual([text, expect.stringContaining('"good"')])
    }
    expect(outcomes.filter((one) => one !== 'taken' && !one.startsWith('deploy.proxy.'))).toEqual([])
    expect(outcomes.filter((one) => one === 'taken').length).toBeLessThan(count / 2)
  })
}

/** How many directories one route has. */
const batch = 200

/** Different names of files. */
export function hostileNames(count: number): readonly string[] {
  const names = new Set<string>()
  const random = randomFrom(7)
  while (names.size < count) {
    const name = Buffer.from(textFrom(random)).toString().replaceAll(/[/\0]/g, '_')
    if (name !== '.' && name !== '..' && Buffer.byteLength(name) <= 200) names.add(`${name}${names.size.toString(36)}`)
  }
  return [...names]
}

export function hostileTexts(count: number): readonly string[] {
  const random = randomFrom(11)
  return Array.from({ length: count }, () => textFrom(random))
}

function textFrom(random: () => number): string {
  const length = 1 + Math.floor(random() * 10)
  const part = (): string => {
    const pick = random()
    if (pick < 0.6) return parts[Math.floor(random() * parts.length)] ?? ''
    return String.fromCodePoint(Math.floor(random() * (pick < 0.9 ? 0x7f : 0xd7ff)))
  }
  return Array.from({ length }, part).join('')
}

const parts = [
  '"',
  "'",
  '\\',
  ';',
  '{',
  '}',
  '#',
  ' ',
  '\n',
  '\r',
  '\t',
  '\0',
  '$',
  '*',
  '[',
  ']',
  '?',
  '%',
  '`',
  '|',
  '&',
  '<',
  '~',
  '^',
  '@',
  ':',
  '${a}',
  '{env.HOME}',
  '{http.request.uri}',
  '{$HOME}',
  '{file./etc/passwd}',
  '\\n',
  '\\"',
  '../',
  '/',
  '..',
  '.',
  '//',
  '-',
  'é',
  '😀',
  '\u2028',
  '\u0085',
  '\ufeff',
  'alias /etc/;',
  'import /etc/passwd',
  '} location / {',
  '127.0.0.1',
  'a.example',
  '%2e%2e',
  '%00',
]
