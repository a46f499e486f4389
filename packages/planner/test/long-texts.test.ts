/** Whatever a lockfile, a workspace's file or a configuration holds, reading it takes time in proportion to its length. */
import type { SourceView } from '@hop3/core'
import { growthFault, longText, type LongText } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { findWorkspace, workspacePatterns } from '../src/app/workspace.ts'
import { sourceViewOf } from '../src/source/source-view.ts'
import { parseYaml } from '../src/source/parse-yaml.ts'
import { tomlPositions } from '../src/source/toml-positions.ts'
import { gemfileLock, goModules, gradleLock, mixLock, pinnedRequirements } from '../src/supply-chain/language-locks.ts'
import { bunLock, pnpmLock, yarnLock } from '../src/supply-chain/node-locks.ts'

const usual: readonly LongText[] = [
  ...[' ', '\n', '\t', '#\n', 'a', '1', '/', '"', "'", '[', '{', '{}', '(', 'a\n', 'a@1', '  ', 'a ='].map((unit) => ({ unit })),
  ...[' ', '\n'].map((unit) => ({ opening: 'a', unit, end: 'x"x' })),
]

function viewOf(files: Readonly<Record<string, string>>): SourceView {
  return sourceViewOf({
    kindOf: (path) => (Object.hasOwn(files, path) ? 'file' : path === '.' || path === 'a' ? 'directory' : undefined),
    textOf: (path) => files[path],
    namesIn: () => ['a', ...Object.keys(files)],
  })
}

async function goWorkspace(text: string): Promise<unknown> {
  return findWorkspace(viewOf({ 'go.work': text, 'a/go.mod': 'module a\n' }), 'a')
}

const readers: readonly (readonly [name: string, read: (text: string) => unknown, own: readonly LongText[]])[] = [
  ['go.mod', goModules, [{ unit: 'require (\n' }, { unit: 'require a v1\n' }]],
  [
    'requirements.txt',
    pinnedRequirements,
    [{ unit: 'a[' }, { unit: 'a ==' }, { opening: 'a', unit: ' ', end: '[x' }, { opening: 'a==1', unit: '1', end: '(' }],
  ],
  [
    'Gemfile.lock',
    gemfileLock,
    [
      { opening: 'GEM\n', unit: '    a (1\n' },
      { opening: 'GEM\n    a (1', unit: '1' },
      { opening: 'GEM\n    a (1', unit: '-' },
      { unit: 'GEM\n' },
    ],
  ],
  ['mix.lock', mixLock, [{ unit: '"a": {:hex, ' }, { unit: '"a\n' }]],
  ['gradle.lockfile', gradleLock, [{ unit: 'a:b:' }, { unit: 'a:b:c\n' }]],
  [
    'pnpm-lock.yaml',
    pnpmLock,
    [
      { opening: 'packages:\n  a@1', unit: '1' },
      { opening: 'packages:\n', unit: '  a@1' },
      { opening: 'packages:\n', unit: '  a@1:\n    resolution: {integrity: ' },
      { unit: 'packages:\n' },
    ],
  ],
  [
    'yarn.lock',
    yarnLock,
    [{ unit: 'a@1:\n' }, { unit: '"a@npm:' }, { unit: '  resolution: "a\n' }, { unit: '  version "' }, { unit: '\n\n' }],
  ],
  [
    'bun.lock',
    bunLock,
    [
      { unit: '  "packages": {\n' },
      { opening: '  "packages": {\n', unit: '    "a": ["a@1","sha1-', end: '\n  }' },
      { opening: '  "packages": {\n', unit: '    "a": ["a@1", "sha512-a"\n', end: '\n  }' },
    ],
  ],
  ['go.work', goWorkspace, [{ unit: 'use (\n' }, { unit: 'use (' }, { unit: 'use a\n' }, { opening: 'use', unit: ' ' }]],
  ['hop3.toml', tomlPositions, [{ unit: 'a = [' }, { unit: 'a = {' }, { unit: 'a.' }, { unit: '[[a]]\n' }, { unit: 'a = """\\' }]],
  [
    'a.yaml',
    (text) => parseYaml(text.slice(0, 64 * 1024), 'a.yaml'),
    [
      { unit: '- ' },
      { unit: '? ' },
      { unit: '[a' },
      { unit: 'a: ' },
      { unit: '&a ' },
      { unit: '*a\n' },
      { opening: '['.repeat(100), unit: 'a' },
    ],
  ],
]

describe('time grows as the text does', () => {
  test.each(readers)('%s', { timeout: 600_000 }, async (name, read, own) => {
    // A parser of YAML takes its time for each line, whatever it says.
    const others = name === 'a.yaml' ? [] : usual
    for (const text of [...own, ...others])
      expect([text, await growthFault((length) => read(longText(text, length)))]).toEqual([text, undefined])
  })
})

test.each(['#\n', '\n', ' ', 'a = "\\"\n', 'a'])('4 MB of %j have their places', (unit) => {
  expect(() => tomlPositions(longText({ unit }, 4 * 1024 * 1024))).not.toThrow()
})

test('of a workspace no more members are read than one has', async () => {
  const manifest = `{"workspaces":[${longText({ unit: '"a",' }, 4_000_000)}"a","${'a/'.repeat(1000)}"]}`
  const patterns = await workspacePatterns(viewOf({ 'package.json': manifest }))
  expect(patterns).toHaveLength(1000)
  expect(await findWorkspace(viewOf({ 'package.json': manifest, 'a/package.json': '{}' }), 'a')).toBe('')
})
