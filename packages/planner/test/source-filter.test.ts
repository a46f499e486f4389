import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emptyAppConfig } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSourceFilter } from '../src/index.ts'

async function kept(root: string, ignore: readonly string[] = [], exclude: readonly string[] = []): Promise<readonly string[]> {
  const config = { ...emptyAppConfig, build: { ...emptyAppConfig.build, ignore } }
  const filter = await createSourceFilter({ sourcePath: root, config, exclude })
  const walk = (directory: string): readonly string[] =>
    readdirSync(join(root, directory)).flatMap((name) => {
      const path = directory === '' ? name : `${directory}/${name}`
      const isDirectory = statSync(join(root, path)).isDirectory()
      if (!filter(path, isDirectory)) return []
      return isDirectory ? walk(path) : [path]
    })
  return walk('').toSorted()
}

describe('createSourceFilter', () => {
  test('leaves out what .gitignore, .hop3ignore, [build] ignore and the plan name, .git and .hop3 always', async () => {
    const root = await tempApp({
      '.gitignore': '*.log\nnode_modules/\n',
      '.hop3ignore': 'docs\n',
      '.git/HEAD': '',
      'sub/.git': '',
      '.hop3/x': '',
      'a.log': '',
      'a.txt': '',
      'docs/a': '',
      'node_modules/x/y': '',
      'tmp/x': '',
      '.venv/x': '',
      'sub/a': '',
      'sub/.hop3/b': '',
    })
    expect(await kept(root, ['/tmp'], ['.venv'])).toEqual(['.gitignore', '.hop3ignore', 'a.txt', 'sub/.hop3/b', 'sub/a'])
  })

  test('.hop3ignore takes back what .gitignore leaves out, nothing takes back what the plan or Hop3 leaves out', async () => {
    const root = await tempApp({
      '.gitignore': 'dist/\n',
      '.hop3ignore': '!dist/\n!.git\n!.venv\n',
      'dist/app.js': '',
      '.git/HEAD': '',
      '.venv/x': '',
    })
    expect(await kept(root, [], ['.venv'])).toEqual(['.gitignore', '.hop3ignore', 'dist/app.js'])
  })

  test('[build] ignore has the last word over .hop3ignore', async () => {
    const root = await tempApp({ '.hop3ignore': 'a\nb\n', a: '', b: '' })
    expect(await kept(root, ['!a'])).toEqual(['.hop3ignore', 'a'])
  })

  test('agrees with git, nested rules included', async () => {
    const files = {
      '.gitignore': '*.log\n!keep.log\nbuild/\n/root-only\ndoc/*.txt\n**/cache\n# comment\n\n\\#odd\ntrail  \nCase\n',
      'sub/.gitignore': '!a.log\n/only\nx/y\n*.tmp\n!build/\n',
      'sub/[odd] dir/.gitignore': 'z\n/w\n',
    }
    const paths = [
      'a.log',
      'keep.log',
      'build/x',
      'root-only',
      'sub/root-only',
      'doc/a.txt',
      'doc/b/a.txt',
      'sub/doc/a.txt',
      'cache/x',
      'sub/deep/cache/x',
      '#odd',
      'trail',
      'case',
      'sub/a.log',
      'sub/b.log',
      'sub/only',
      'sub/x/only',
      'sub/x/y',
      'sub/q/x/y',
      'sub/q/a.tmp',
      'sub/build/x',
      'sub/[odd] dir/z',
      'sub/[odd] dir/q/z',
      'sub/[odd] dir/w',
      'sub/[odd] dir/q/w',
      'sub/o/z',
      'a.tmp',
    ]
    const root = await tempApp({ ...files, ...Object.fromEntries(paths.map((path) => [path, ''])) })
    execFileSync('git', ['init', '-q', root])
    const ignored = new Set(
      spawnSync('git', ['-C', root, 'check-ignore', '--no-index', '--stdin', '-z'], { input: paths.join('\0') })
        .stdout.toString()
        .split('\0'),
    )
    const expected = [...paths.filter((path) => !ignored.has(path)), ...Object.keys(files)].toSorted()
    expect(await kept(root)).toEqual(expected)
    expect(ignored.size).toBeGreaterThan(10)
  })

  test('agrees with git on generated lines of three levels', async () => {
    const levels = ['', 'a', 'a/b']
    const root = await tempApp({ 'a/b/.gitignore': '' })
    execFileSync('git', ['init', '-q', root])
    const config = { ...emptyAppConfig, build: { ...emptyAppConfig.build } }
    const piece = fc.constantFrom(
      'a',
      'b',
      'a',
      '*',
      '**',
      '?',
      '/',
      '/**/',
      '**/',
      '[ab]',
      '[!a]',
      '[a-',
      ']',
      '[[:alpha:]]',
      '[[:cntrl:]]',
      '[[:space:]]',
      'é',
      '[é]',
      '[à-ü]',
      '\\',
      ' ',
      '.',
      '-',
    )
    const line = fc
      .tuple(fc.constantFrom('', '', '!', '/', '#'), fc.array(piece, { minLength: 1, maxLength: 6 }))
      .map(([before, all]) => before + all.join(''))
    // Behind letters two stars should mean one, and in git mean sometimes one and sometimes two.
    const isClear = (text: string): boolean => !/[^/!*]\*\*|\*\\\//.test(text)
    const names = ['a', 'b', 'ab', 'a.b', 'b-', 'a]', '[a', '*', 'aa b', 'é', 'aé', '\v']
    const within = names.flatMap((one) => [one, ...names.slice(0, 4).flatMap((other) => [`${one}/${other}`, `a/${one}/${other}`])])
    const paths = [...within, ...within.map((path) => `a/b/${path}`)]
    const lines = fc.array(line.filter(isClear), { minLength: 1, maxLength: 3 })
    let deepest = 0
    await fc.assert(
      fc.asyncProperty(fc.tuple(lines, lines, lines), async (texts) => {
        for (const [index, level] of levels.entries()) writeFileSync(join(root, level, '.gitignore'), texts[index]?.join('\n') ?? '')
        const asked = spawnSync('git', ['-C', root, 'check-ignore', '--no-index', '--stdin', '-z'], { input: paths.join('\0') })
        const ignored = new Set(asked.stdout.toString().split('\0'))
        const filter = await createSourceFilter({ sourcePath: root, config })
        expect(paths.filter((path) => !filter(path, levels.includes(path)))).toEqual(paths.filter((path) => ignored.has(path)))
        if (!ignored.has('a/b')) deepest++
      }),
      { numRuns: 300 },
    )
    // What is in a directory that is left out is never asked of its own lines.
    expect(deepest).toBeGreaterThan(30)
  })

  test.each(['[é]', '[à-ü]', '[!a]', '?', '[[:cntrl:]]'])('%s is one byte, as in git, and no é', async (pattern) => {
    const root = await tempApp({ '.gitignore': pattern, é: '', '\u0080': '' })
    execFileSync('git', ['init', '-q', root])
    const asked = spawnSync('git', ['-C', root, 'check-ignore', '--no-index', '--stdin', '-z'], { input: 'é\0\u0080\0b\0' })
    const filter = await createSourceFilter({ sourcePath: root, config: emptyAppConfig })
    expect(['é', '\u0080', 'b'].filter((path) => !filter(path, false))).toEqual(asked.stdout.toString().split('\0').slice(0, -1))
  })

  test('lines of 30 nested directories are compiled once', async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `x*${index}`).join('\n')
    const level = (depth: number): string => 'd/'.repeat(depth)
    const root = await tempApp(Object.fromEntries(Array.from({ length: 30 }, (_, depth) => [`${level(depth)}.gitignore`, lines])))
    const filter = await createSourceFilter({ sourcePath: root, config: emptyAppConfig })
    const before = process.threadCpuUsage()
    expect(filter(`${level(30)}a`, false)).toBe(true)
    expect(filter(`${level(30)}xy1999`, false)).toBe(false)
    expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
  }, 60_000)

  test.each([
    ['directories', '**/a*/'.repeat(1666), 'a/'.repeat(1900)],
    ['stars', '*a'.repeat(5000), 'a'.repeat(4000)],
    ['question marks', '*?'.repeat(5000), 'a'.repeat(4000)],
    ['classes that do not close', '['.repeat(20_000), 'a'],
  ])('a long line of %s takes no time worth speaking of', async (_what, pattern, path) => {
    const filter = await createSourceFilter({ sourcePath: await tempApp({ '.gitignore': `${pattern}z` }), config: emptyAppConfig })
    const before = process.threadCpuUsage()
    expect(filter(`${path}zc`, false)).toBe(true)
    expect(process.threadCpuUsage(before).user).toBeLessThan(3_000_000)
  })

  test('CRLF and a byte order mark in ignore files', async () => {
    const root = await tempApp({ a: '', b: '' })
    writeFileSync(join(root, '.gitignore'), '\ufeffa\r\nb\r\n')
    mkdirSync(dirname(join(root, 'c/d')), { recursive: true })
    expect(await kept(root)).toEqual(['.gitignore'])
  })
})
