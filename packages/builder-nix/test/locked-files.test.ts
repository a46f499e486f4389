import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildContextFor, tempApp, testHost } from '@hop3/testing'
import { expect, it } from 'vitest'
import { createSession, useOf } from '../src/session.ts'
import { readSource } from '../src/source.ts'
import { lockInputs } from '../src/templates/lock.ts'
import { lockedTree } from '../src/templates/locked-tree.ts'
import type { TemplateName } from '../src/templates/template-names.ts'

interface App {
  readonly source: string
  readonly write: (name: string, text: string) => void
  /** What says what is downloaded, as it is now. */
  readonly inputs: () => Promise<string | undefined>
}

async function app(template: TemplateName, files: Readonly<Record<string, string>>): Promise<App> {
  const [host, source] = [await testHost(), await tempApp({ 'hop3.toml': `[nix]\ntemplate = "${template}"\n`, ...files })]
  return {
    source,
    write: (name, text) => {
      mkdirSync(dirname(join(source, name)), { recursive: true })
      writeFileSync(join(source, name), text)
    },
    inputs: async () => {
      const session = await createSession(await buildContextFor(host, { sourcePath: source }))
      return lockInputs(useOf(session, template), lockedTree(source, (await readSource(session)).entries))
    },
  }
}

const package1 = (version: string): string => JSON.stringify({ dependencies: { greeting: version }, scripts: { file: 'file:other' } })

/** What changes, in an app with these files, and whether that is another download. */
const changes: readonly [what: string, template: TemplateName, files: Record<string, string>, changed: string, isAnother: boolean][] = [
  ['code beside a module of its name', 'go-source', { 'go.mod': 'module server\n\ngo 1.21\n', 'server/a.go': '1' }, 'server/a.go', false],
  ['a replacement', 'go-source', { 'go.mod': 'module x\nreplace y => ./lib // other\n', 'lib/a.go': '1' }, 'lib/a.go', true],
  ['what a comment names', 'go-source', { 'go.mod': 'module x\n// y => ./lib\n', 'lib/a.go': '1' }, 'lib/a.go', false],
  ['code beside a package of its name', 'python-venv', { 'requirements.txt': 'celery==5.3\n', 'celery/a.py': '1' }, 'celery/a.py', false],
  [
    'what is ignored',
    'python-venv',
    { 'requirements.txt': './lib\n', '.gitignore': '__pycache__\n', 'lib/__pycache__/a.pyc': '1' },
    'lib/__pycache__/a.pyc',
    false,
  ],
  ['the app itself', 'python-venv', { 'requirements.txt': '-e .[dev]\n', 'main.py': '1' }, 'main.py', true],
  ['the settings of Hop3', 'python-venv', { 'requirements.txt': '-e .\n', 'hop3.lock.json': '{}' }, 'hop3.lock.json', false],
  [
    'a directory by reference',
    'python-venv',
    { 'requirements.txt': 'lib @ file:libs/lib ; python_version > "3"\n', 'libs/lib/a.py': '1' },
    'libs/lib/a.py',
    true,
  ],
  ['a directory of wheels', 'python-venv', { 'requirements.txt': '--find-links=wheels\nx\n', 'wheels/x.whl': '1' }, 'wheels/x.whl', true],
  [
    'a list in another directory',
    'python-venv',
    { 'requirements.txt': '-r more/a.txt\n', 'more/a.txt': '-c b.txt\n', 'more/b.txt': '1' },
    'more/b.txt',
    true,
  ],
  [
    'a copied package',
    'node-pnpm-install',
    { 'pnpm-lock.yaml': '', 'package.json': package1('file:lib'), 'lib/a.js': '1' },
    'lib/a.js',
    true,
  ],
  [
    'a linked package',
    'node-pnpm-install',
    { 'pnpm-lock.yaml': '', 'package.json': package1('link:lib'), 'lib/a.js': '1' },
    'lib/a.js',
    false,
  ],
  [
    'what a script names',
    'node-pnpm-install',
    { 'pnpm-lock.yaml': '', 'package.json': package1('1.0.0'), 'other/a.js': '1' },
    'other/a.js',
    false,
  ],
  [
    'a repository of paths',
    'php-app',
    { 'composer.json': '{"repositories":[{"type":"path","url":"packages\\/*"}]}', 'packages/a/a.php': '1' },
    'packages/a/a.php',
    true,
  ],
]

it.each(changes)('%s (%s)', async (_what, template, files, changed, isAnother) => {
  const { write, inputs } = await app(template, files)
  const before = await inputs()
  expect(await inputs()).toBe(before)
  write(changed, 'another')
  expect((await inputs()) !== before).toBe(isAnother)
})

it('goes in no circle, and follows links inside of the app', async () => {
  const { source, write, inputs } = await app('python-venv', { 'requirements.txt': './lib\n', 'lib/b.py': '1', 'other/a.py': '1' })
  symlinkSync('.', join(source, 'lib/a'))
  symlinkSync('../other', join(source, 'lib/c'))
  const before = await inputs()
  write('other/a.py', 'another')
  expect(await inputs()).not.toBe(before)
})

it('follows no link out of the app', async () => {
  const { source, inputs } = await app('python-venv', { 'requirements.txt': './lib\n' })
  symlinkSync('/etc', join(source, 'lib'))
  await expect(inputs()).rejects.toMatchObject({ code: 'build.source-link' })
})

it('needs a file that is not ignored', async () => {
  const { write, source, inputs } = await app('python-venv', { 'requirements.txt': 'x\n', '.gitignore': '*.txt\n' })
  await expect(inputs()).rejects.toMatchObject({ code: 'build.nix-lock' })
  rmSync(join(source, '.gitignore'))
  write('requirements.txt', 'x\n')
  await inputs()
})
