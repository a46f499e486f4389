import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyAppConfig } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createSourceFilter, createSourceView, readAppConfig, sourceViewOf, type SourceReader } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

describe('createSourceView', () => {
  test('answers for files, directories and what is not there', async () => {
    const view = createSourceView(await tempApp({ 'a/b.txt': 'x' }))
    expect(await view.hasFile('a/b.txt')).toBe(true)
    expect(await view.hasFile('a')).toBe(false)
    expect(await view.hasDirectory('a')).toBe(true)
    expect(await view.hasFile('a/b.txt/c')).toBe(false)
    expect(await view.readText('none')).toBeUndefined()
    expect(await view.readJson('none.json')).toBeUndefined()
    expect(await view.list('a')).toEqual(['b.txt'])
    expect(await view.list('none')).toEqual([])
  })

  test('reads a file once', async () => {
    const root = await tempApp({ 'a.txt': 'before' })
    const view = createSourceView(root)
    await view.readText('a.txt')
    writeFileSync(join(root, 'a.txt'), 'after')
    expect(await view.readText('a.txt')).toBe('before')
  })

  test('drops a byte order mark and lists by code unit', async () => {
    const view = createSourceView(await tempApp({ 'bom.json': '\ufeff{"a":1}', B: '', a: '', é: '' }))
    expect(await view.readJson('bom.json')).toEqual({ a: 1 })
    expect(await view.list()).toEqual(['B', 'a', 'bom.json', 'é'])
  })

  test.each(['deno.json', 'app/deno.json', 'tsconfig.json', 'tsconfig.build.json', 'settings.jsonc'])(
    'reads the comments of %s',
    async (path) => {
      const text = '// first\n{ "a": "// no comment, }", /* two\nlines */ "b": ["c,]", 1,\n], // last\n}\n'
      const view = createSourceView(await tempApp({ [path]: text, 'plain.json': text }))
      expect(await view.readJson(path)).toEqual({ a: '// no comment, }', b: ['c,]', 1] })
      await expect(view.readJson('plain.json')).rejects.toMatchObject({ code: 'config.syntax' })
    },
  )

  test('says where JSON with comments is none', async () => {
    const view = createSourceView(await tempApp({ 'deno.json': '// first\n{ /* a */ "b" 1 }\n' }))
    expect(await rejectionOf(view.readJson('deno.json'))).toMatchObject({
      code: 'config.syntax',
      message: expect.stringContaining('deno.json:2:15'),
      hint: expect.stringContaining('comments'),
    })
  })

  test.each([
    ['deep.json', `${'['.repeat(101)}${']'.repeat(101)}`],
    ['deep.json', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['deep.toml', `a = ${'['.repeat(101)}${']'.repeat(101)}`],
    ['deep.toml', `a = ${'['.repeat(100_000)}`],
  ])('refuses %s, which is nested too deep', async (path, text) => {
    const view = createSourceView(await tempApp({ [path]: text }))
    const read = path.endsWith('json') ? view.readJson(path) : view.readToml(path)
    expect(await rejectionOf(read)).toMatchObject({ code: 'config.syntax', message: expect.stringMatching(/^deep\.\w+:.*nested/) })
  })

  test('reads from anywhere a reader can', async () => {
    const texts = new Map([['package.json', '{"name":"x"}']])
    const view = sourceViewOf({
      kindOf: (path) => (texts.has(path) ? 'file' : path === '.' ? 'directory' : undefined),
      textOf: (path) => texts.get(path),
      namesIn: (path) => (path === '.' ? [...texts.keys()] : []),
    })
    expect([await view.readJson('package.json'), await view.list(), await view.hasFile('other')]).toEqual([
      { name: 'x' },
      ['package.json'],
      false,
    ])
  })

  test('parses TOML and says where it fails', async () => {
    const view = createSourceView(await tempApp({ 'good.toml': '[a]\nb = 1', 'bad.toml': '[a]\nb = = 1\n' }))
    expect(await view.readToml('good.toml')).toEqual({ a: { b: 1 } })
    const error = await rejectionOf(view.readToml('bad.toml'))
    expect(error.code).toBe('config.syntax')
    expect(error.message).toMatch(/^bad\.toml:2:\d+: this is not TOML: .*"b = = 1"/)
  })

  test.each([
    ['a = "abc\nb = 1\n', '1:9: this is not TOML: a string has no closing quote, at "a = \\"abc"', 'Close it with the quote'],
    ['a = "abc\r\nb = 1\r\n', '1:9: this is not TOML: a string has no closing quote', 'Close it with the quote'],
    ["a = 'abc", '1:5: this is not TOML: a string has no closing quote', 'Close it with the quote'],
    ['a = """abc\n', '1:5: this is not TOML: a string has no closing quote', 'Close it with the quote'],
    ['a = "b\u0001c"', '1:7: this is not TOML: control characters are not allowed in strings', 'Write it as an escape'],
    ['a = 99999999999999999999', '1:5: this is not TOML: integer value cannot be represented', 'Put it in quotes if it is a text'],
    ['a = 007', '1:5: this is not TOML: illegal leading zero', 'Put it in quotes if it is a text'],
    ['a = "C:\\dir"', '1:9: this is not TOML: unrecognised escape', 'Double every backslash'],
    ['[a]\n[a]', '2:2: this is not TOML: trying to redefine', 'Remove one of the two'],
    ['a = /health', '1:5: this is not TOML: invalid value', 'Strings need quotes'],
  ])('says what is wrong with %j, and what to write', async (text, message, hint) => {
    const error = await rejectionOf(createSourceView(await tempApp({ 'bad.toml': text })).readToml('bad.toml'))
    expect(error).toMatchObject({ code: 'config.syntax', message: expect.stringContaining(`bad.toml:${message}`) })
    expect(error.hint).toContain(hint)
  })

  test('follows links inside the source, refuses those that leave it', async () => {
    const outside = await tempApp({ secret: 'x', 'dir/file': 'x' })
    const root = await tempApp({ 'real/file': 'inside' })
    symlinkSync('real/file', join(root, 'link'))
    symlinkSync(join(outside, 'secret'), join(root, 'leak'))
    symlinkSync(join(outside, 'dir'), join(root, 'leaks'))
    symlinkSync(`${root}/real`, join(root, 'absolute'))
    symlinkSync('missing', join(root, 'dangling'))
    const view = createSourceView(root)
    expect(await view.readText('link')).toBe('inside')
    expect(await view.readText('absolute/file')).toBe('inside')
    expect((await rejectionOf(view.readText('dangling'))).message).toBe('Cannot read "dangling": it is a link to nothing.')
    for (const attempt of [view.readText('leak'), view.hasFile('leak'), view.readText('leaks/file'), view.list('leaks')]) {
      expect((await rejectionOf(attempt)).code).toBe('config.symlink-escapes')
    }
  })

  test('a root that is itself a link is fine', async () => {
    const root = await tempApp({ 'app/a.txt': 'x' })
    symlinkSync('app', join(root, 'current'))
    expect(await createSourceView(join(root, 'current')).readText('a.txt')).toBe('x')
  })

  test.each(['../x', '/etc/passwd', 'a/../../x', 'a\0b'])('%j is not inside', async (path) => {
    const view = createSourceView(await tempApp())
    expect((await rejectionOf(view.readText(path))).code).toBe('config.path-outside')
  })

  test('says why a file cannot be read', async () => {
    const root = await tempApp({ latin: Buffer.from([0x61, 0x0a, 0xe9, 0x0a]).toString('latin1'), big: 'x' })
    writeFileSync(join(root, 'latin'), Buffer.from([0x61, 0x0a, 0xe9, 0x0a]))
    writeFileSync(join(root, 'utf16'), Buffer.from('\ufeffa', 'utf16le'))
    writeFileSync(join(root, 'big'), 'x'.repeat(4 * 1024 * 1024 + 1))
    symlinkSync('loop', join(root, 'loop'))
    const view = createSourceView(root)
    const messages = await Promise.all(
      ['latin', 'utf16', 'big', 'loop', 'x'.repeat(300)].map(async (path) => rejectionOf(view.readText(path))),
    )
    expect(messages.map(({ code }) => code.replace('config.', ''))).toEqual([
      'unreadable',
      'unreadable',
      'too-large',
      'unreadable',
      'unreadable',
    ])
    expect(messages.map(({ message }) => message).join('\n')).toMatch(
      /line 2 is not UTF-8[^]*UTF-16[^]*larger than 4 MiB[^]*leads back[^]*too long/,
    )
  })

  test.each([
    ['setup.py', ' '.repeat(1024 * 1024 + 1), /larger than 1 MiB/],
    ['Gemfile', '\r\n'.repeat(20_001), /more than 20000 lines/],
    ['requirements.txt', '\r'.repeat(20_001), /more than 20000 lines/],
    ['Cargo.lock', '\n'.repeat(4 * 1024 * 1024 + 1), /larger than 4 MiB/],
  ])('%s that is longer than such a file is', async (name, text, message) => {
    const reader = (one: string): SourceReader => ({ kindOf: () => 'file', textOf: () => one, namesIn: () => [] })
    expect(await rejectionOf(sourceViewOf(reader(text)).readText(name))).toMatchObject({
      code: 'config.too-large',
      message: expect.stringMatching(message),
    })
    const shorter = text.slice(text[0] === '\r' && text[1] === '\n' ? 2 : 1)
    expect(await sourceViewOf(reader(shorter)).readText(name)).toBe(shorter)
  })

  test('a pipe is no file', async () => {
    const root = await tempApp()
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')])
    expect(await createSourceView(root).hasFile('pipe')).toBe(false)
    expect(await rejectionOf(createSourceView(root).readText('pipe'))).toMatchObject({
      code: 'config.unreadable',
      message: 'Cannot read "pipe": it is no regular file.',
    })
  })

  test.each(['hop3.toml', 'hop3/hop3.toml', 'Procfile', 'hop3/Procfile', 'app.json'])(
    '%s that is a directory is not passed over',
    async (path) => {
      const sourcePath = await tempApp({ [`${path}/inside`]: '' })
      expect(await rejectionOf(readAppConfig({ sourcePath }))).toMatchObject({
        code: 'config.unreadable',
        message: `Cannot read "${path}": it is a directory, and a file is read by that name.`,
        hint: `Put the file in its place, or rename it: mv ${path} ${path}.old`,
      })
    },
  )

  test.each(['hop3.toml', 'Procfile', 'app.json'])('%s that is a link to nothing is not passed over', async (path) => {
    const sourcePath = await tempApp({})
    symlinkSync('elsewhere', join(sourcePath, path))
    expect(await rejectionOf(readAppConfig({ sourcePath }))).toMatchObject({
      code: 'config.unreadable',
      message: `Cannot read "${path}": it is a link to nothing.`,
    })
  })

  test('a directory named .gitignore ignores nothing', async () => {
    const sourcePath = await tempApp({ '.gitignore/inside': '', 'a.txt': '' })
    const isCopied = await createSourceFilter({ sourcePath, config: emptyAppConfig })
    expect(isCopied('a.txt', false)).toBe(true)
  })

  test('names a file without permission', async () => {
    const root = await tempApp({ open: 'x', closed: 'x' })
    chmodSync(root, 0o755)
    chmodSync(join(root, 'closed'), 0)
    mkdirSync(join(root, 'dir'), { mode: 0o000 })
    const seen = await asOrdinaryUser(async () => {
      const view = createSourceView(root)
      return [await view.readText('open'), await rejectionOf(view.readText('closed')), await rejectionOf(view.readText('dir/x'))]
    })
    const denied: unknown = expect.objectContaining({ code: 'config.unreadable', message: expect.stringContaining('permission denied') })
    expect(seen).toEqual(['x', denied, denied])
  })
})

/** Root reads every file, whatever its mode: for the work, this process is somebody else. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  const nobody = 65_534
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}
