/**
 * Runs last in `npm run build`. V8 compiles a function when it is first called, and Node's cache of compiled code holds what was compiled while a
 * file was loaded: every `hop3 plan` compiled the same 600 functions anew, a third of its time. A function in parentheses is compiled with its file.
 * So the functions that planning several of the examples calls are put in parentheses: docs/decisions/0013-functions-compiled-ahead.md.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import remapping from '@jridgewell/remapping'
import { MagicString } from 'magic-string'
import { parseAst } from 'rolldown/parseAst'

const repository = new URL('../', import.meta.url)
// Rolldown's own few lines have no source map.
const isOurs = (url) => /\/packages\/(?:cli|toolchains)\/dist\/(?!rolldown-runtime)[^/]+\.js$/.test(url)
const place = (start, end) => `${start}-${end}`

const directory = await mkdtemp(join(tmpdir(), 'hop3-eagerly-'))
try {
  const files = await calledFunctions(join(directory, 'coverage'))
  if (files.size === 0) throw new Error('`hop3 plan` called no function of the built packages.')
  await Promise.all([...files].map(([url, places]) => rewrite(fileURLToPath(url), places)))
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Of each file, where the functions are that the plans of at least three examples have called. */
async function calledFunctions(coverage) {
  const program = fileURLToPath(new URL('packages/cli/dist/bin.js', repository))
  const env = { PATH: process.env['PATH'], HOME: directory, HOP3_HOME: join(directory, 'home'), NODE_V8_COVERAGE: coverage }
  for (const name of await readdir(new URL('examples/', repository))) {
    const source = fileURLToPath(new URL(`examples/${name}`, repository))
    // One that needs more than this machine has ends in an error, which is called as well.
    await promisify(execFile)(process.execPath, [program, 'plan', source], { env, cwd: directory }).catch(() => {})
  }
  const files = new Map()
  for (const name of await readdir(coverage)) {
    const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8'))
    for (const { url, functions } of result.filter(({ url: one }) => isOurs(one))) {
      const called = functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0)
      files.set(url, [...(files.get(url) ?? []), ...called.map(({ startOffset, endOffset }) => place(startOffset, endOffset))])
    }
  }
  return new Map([...files].map(([url, places]) => [url, inSeveral(places)]))
}

/** Code that waits in the cache costs time as well: a function of one language is left where it is. */
function inSeveral(places) {
  const counts = new Map()
  for (const one of places) counts.set(one, (counts.get(one) ?? 0) + 1)
  return new Set(places.filter((one) => counts.get(one) >= 3))
}

async function rewrite(file, places) {
  const code = await readFile(file, 'utf8')
  const program = parseAst(code)
  const text = new MagicString(code)
  const imports = program.body.filter(({ type }) => type === 'ImportDeclaration')
  const top = imports.at(-1)?.end ?? 0
  for (const [node, parent] of withParents(program)) {
    if (!places.has(place(node.start, node.end))) continue
    if (node.type === 'FunctionDeclaration' && parent === program) toVariable(text, node, top)
    else if (isExpression(node, parent) && code[node.start - 1] !== '(') inParentheses(text, node)
  }
  if (!text.hasChanged()) return
  const map = text.generateDecodedMap({ source: basename(file), hires: 'boundary' })
  const former = JSON.parse(await readFile(`${file}.map`, 'utf8'))
  await writeFile(file, text.toString())
  await writeFile(`${file}.map`, remapping([{ ...map, version: 3 }, former], () => null).toString())
}

/** Put before everything that is run when the file is loaded, as if it were still declared. */
function toVariable(text, { start, end, id }, top) {
  text.remove(id.start, id.end)
  inParentheses(text, { start, end }, [`var ${id.name}=(`, ');'])
  if (start !== top) text.move(start, end, top)
}

function inParentheses(text, { start, end }, [before, after] = ['(', ')']) {
  text.prependRight(start, before)
  text.appendLeft(end, after)
}

/** And no method, getter or declaration, around which parentheses may not stand. */
function isExpression({ type }, parent) {
  if (type === 'ArrowFunctionExpression') return true
  return (
    type === 'FunctionExpression' &&
    parent.type !== 'MethodDefinition' &&
    !(parent.type === 'Property' && (parent.method || parent.kind !== 'init'))
  )
}

function* withParents(node) {
  for (const value of Object.values(node).flat()) {
    if (typeof value?.type !== 'string') continue
    yield [value, node]
    yield* withParents(value)
  }
}
