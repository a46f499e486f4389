/** What the documents say about the repository is so. */
import { existsSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readAppConfig } from '@hop3/planner'
import { describe, expect, it } from 'vitest'
import { exampleNames } from '../src/example-source.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const packages = readdirSync(join(root, 'packages'))
const documents = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md', '.changeset/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .toSorted()
const pages = globSync('docs/*.md', { cwd: root })
  .map((path) => path.slice('docs/'.length))
  .filter((name) => name !== 'README.md')
const commands = [...textOf('docs/cli.md').matchAll(/^### hop3 (\S+)$/gm)].map((match) => match[1] ?? '')

describe.each(documents)('%s', (path) => {
  const text = textOf(path)

  it('links to what is there', () => {
    const targets = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
    const relative = targets.filter((target) => !/^(https?:|#)/.test(target)).map((target) => target.replace(/#.*/, ''))
    expect(relative.filter((target) => !existsSync(join(root, dirname(path), target)))).toEqual([])
  })

  it('names commands that exist', () => {
    const named = [...text.matchAll(/(?:^ {4}|`)hop3 ([a-z]+)/gm)].map((match) => match[1] ?? '')
    expect(named.filter((name) => !commands.includes(name))).toEqual([])
  })

  it('names no machine', () => {
    expect(text).not.toMatch(/\/(root|work|tmp\/(?!hop3-))\b|registry\.(?!example\b)\w|mirror/)
  })
})

describe('the book', () => {
  it('has every page in its index', () => {
    const index = textOf('docs/README.md')
    expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([])
  })

  it.each(pages)('%s is at most 150 lines, besides what is generated', (name) => {
    const written = textOf(`docs/${name}`).replace(/<!-- generated: [^]*?<!-- end of .*-->/g, '')
    expect(written.split('\n').length).toBeLessThanOrEqual(151)
  })

  const examples = pages.flatMap((name) =>
    [...textOf(`docs/${name}`).matchAll(/```(toml|procfile)\n([^]*?)```/g)].map(([, language = '', text = '']) => ({
      name,
      language,
      text,
    })),
  )
  it.each(examples)('$name: its $language is read without an error', async ({ language, text }) => {
    const sourcePath = mkdtempSync(join(tmpdir(), 'hop3-docs-'))
    try {
      writeFileSync(join(sourcePath, fileOf(language, text)), text)
      expect(await readAppConfig({ sourcePath })).toMatchObject({ warnings: [] })
    } finally {
      rmSync(sourcePath, { recursive: true })
    }
  })

  it('describes every official strategy', () => {
    const { selection, toolchains } = { selection: textOf('docs/selection.md'), toolchains: textOf('docs/toolchains.md').toLowerCase() }
    for (const name of packages.filter((one) => /^(builder|deployer|proxy)-/.test(one)))
      expect(selection).toContain(`\`${name.replace(/^[a-z]+-/, '')}\``)
    for (const name of ['python', 'node', 'static']) expect(toolchains).toContain(`\n## ${name}\n`)
  })
})

describe.each(packages)('%s', (name) => {
  it("is in the README's table", () => {
    expect(textOf('README.md')).toContain(`| [\`@hop3/${name}\`](packages/${name}) |`)
  })

  it('has a README of at most 60 lines', () => {
    expect(textOf(`packages/${name}/README.md`).trimEnd().split('\n').length).toBeLessThanOrEqual(60)
  })

  it('is in a changeset or a changelog', () => {
    const changesets = globSync('.changeset/*.md', { cwd: root }).map(textOf)
    const isAnnounced = changesets.some((text) => text.includes(`'@hop3/${name}':`))
    expect(isAnnounced || existsSync(join(root, 'packages', name, 'CHANGELOG.md'))).toBe(true)
  })
})

it('the README names no package that is not there', () => {
  const named = [...textOf('README.md').matchAll(/\]\(packages\/([a-z-]+)\)/g)].map((match) => match[1] ?? '')
  expect(named.toSorted()).toEqual(packages.toSorted())
})

it('every example is in the table of the targets it runs on', () => {
  const [, rows = ''] = /\| example \| Compose .*\n\|[-|]+\n([^]*?)\n\n/.exec(textOf('docs/kubernetes.md')) ?? []
  const named = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map((match) => match[1] ?? ''))
  expect(named.toSorted()).toEqual(exampleNames().toSorted())
})

it('the picture names no machine', () => {
  const addresses = [...textOf('docs/deploy.svg').matchAll(/https?:\/\/([^/:"<]+)/g)].map((match) => match[1])
  expect(new Set(addresses)).toEqual(new Set(['www.w3.org', 'flask.localhost', '127.0.0.1']))
  expect(textOf('docs/deploy.svg')).not.toMatch(/\/(root|work|tmp|home)\b/)
})

it('messages and hints name commands that exist', () => {
  const named = globSync('packages/*/src/**/*.ts', { cwd: root }).flatMap((path) =>
    // A template that begins with the program's name is a sentence.
    [...textOf(path).matchAll(/(?<!, )`hop3 ([a-z]+)[ `\\]/g)].map((match) => match[1] ?? ''),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => !commands.includes(name))).toEqual([])
})

/** A first line such as `# nixpacks.toml` names another file than the usual one. */
function fileOf(language: string, text: string): string {
  return language === 'toml' ? (/^# ([\w-]+\.toml)\n/.exec(text)?.[1] ?? 'hop3.toml') : 'Procfile'
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '')
}
