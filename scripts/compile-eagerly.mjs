/**
 * Runs last in `npm run build`, for the program and the toolchains, which every `hop3 plan` loads: docs/decisions/0013-functions-compiled-ahead.md.
 *
 * V8 compiles a function when it is first called, and Node's cache of compiled code holds what was compiled while a file was loaded: every start
 * compiled the same 600 functions anew, a third of its time. A function in parentheses is compiled with its file. So the functions that planning
 * several of the examples calls are put in parentheses. And a file that only exports what another one has is passed by: each costs half a millisecond.
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
const place = (start, end) => `${start}-${end}`

const directory = await mkdtemp(join(tmpdir(), 'hop3-eagerly-'))
try {
  const called = await calledFunctions(join(directory, 'coverage'))
  if (called.size === 0) throw new Error('`hop3 plan` called no function of the built packages.')
  for (const name of ['cli', 'toolchains']) await rewriteAll(new URL(`packages/${name}/dist/`, repository), called)
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Of each file, by its URL, where the functions are that the plans of at least three examples have called. */
async function calledFunctions(coverage) {
  const program = fileURLToPath(new URL('packages/cli/dist/bin.js', repository))
  const env = { PATH: process.env['PATH'], HOME: directory, HOP3_HOME: join(directory, 'home'), NODE_V8_COVERAGE: coverage }
  for (const name of await exampleNames()) {
    const source = fileURLToPath(new URL(`examples/${name}`, repository))
    await promisify(execFile)(process.execPath, [program, 'plan', source], { env, cwd: directory })
  }
  const files = new Map()
  for (const name of await readdir(coverage)) {
    const { result } = JSON.parse(await readFile(join(coverage, name), 'utf8'))
    for (const { url, functions } of result) {
      const ran = functions.map(({ ranges: [whole] }) => whole).filter(({ count }) => count > 0)
      files.set(url, [...(files.get(url) ?? []), ...ran.map(({ startOffset, endOffset }) => place(startOffset, endOffset))])
    }
  }
  return new Map([...files].map(([url, places]) => [url, inSeveral(places)]))
}

/** Those that are planned alike on every machine: what is published is the same wherever it is built. */
async function exampleNames() {
  const examples = new URL('examples/', repository)
  const found = (await readdir(examples)).map(async (name) => {
    const check = await readFile(new URL(`${name}/check.json`, examples), 'utf8').catch(() => undefined)
    return check === undefined || JSON.parse(check).providers?.length > 0 ? [] : [name]
  })
  return (await Promise.all(found)).flat().toSorted()
}

/** Code that waits in the cache costs time as well: a function of one language is left where it is. */
function inSeveral(places) {
  const counts = new Map()
  for (const one of places) counts.set(one, (counts.get(one) ?? 0) + 1)
  return new Set(places.filter((one) => counts.get(one) >= 3))
}

async function rewriteAll(dist, called) {
  const names = await readdir(dist)
  const files = names.filter((name) => name.endsWith('.js')).map((name) => new URL(name, dist))
  const parsed = await Promise.all(
    files.map(async (url) => {
      const code = await readFile(url, 'utf8')
      return { url, code, program: parseAst(code) }
    }),
  )
  const passedBy = new Map(parsed.flatMap(({ url, program }) => passingOn(url, program)))
  await Promise.all(parsed.map((one) => rewrite(one, { places: called.get(one.url.href) ?? new Set(), passedBy })))
}

/** Of a file that is nothing but `export { a as run } from './other.js'`: `other.js`, and what is there for `run`. */
function passingOn(url, { body: [only, ...others] }) {
  if (others.length > 0 || only?.type !== 'ExportNamedDeclaration' || !only.source) return []
  const names = only.specifiers.map(({ local, exported }) => `${exported.name}: from.${local.name}`)
  return [[url.href, { source: only.source.value, names }]]
}

async function rewrite({ url, code, program }, { places, passedBy }) {
  const text = new MagicString(code)
  const imports = program.body.filter(({ type }) => type === 'ImportDeclaration')
  const top = imports.at(-1)?.end ?? 0
  for (const [node, parent] of withParents(program)) {
    const other = node.type === 'ImportExpression' && passedBy.get(targetOf(node, url))
    if (other) text.update(node.start, node.end, `import("${other.source}").then((from) => ({ ${other.names.join(', ')} }))`)
    if (!places.has(place(node.start, node.end))) continue
    if (node.type === 'FunctionDeclaration' && parent === program) toVariable(text, node, top)
    else if (isExpression(node, parent) && !isInParentheses(code, node, parent)) inParentheses(text, node)
  }
  if (!text.hasChanged()) return
  const file = fileURLToPath(url)
  const map = text.generateDecodedMap({ source: basename(file), hires: 'boundary' })
  await writeFile(file, text.toString())
  const former = await readFile(`${file}.map`, 'utf8').catch(() => undefined)
  if (former !== undefined) await writeFile(`${file}.map`, remapping([{ ...map, version: 3 }, JSON.parse(former)], () => null).toString())
}

/** The file that `import('./name.js')` loads. */
function targetOf({ source }, url) {
  const name = source.type === 'TemplateLiteral' ? source.quasis[0].value.cooked : source.value
  return typeof name === 'string' && name.startsWith('./') ? new URL(name, url).href : undefined
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
  const isMethod = parent.type === 'MethodDefinition' || (parent.type === 'Property' && (parent.method || parent.kind !== 'init'))
  return type === 'FunctionExpression' && !isMethod
}

/** Those of a call are around its arguments, and say nothing of them. */
function isInParentheses(code, node, parent) {
  return code.endsWith(parent.arguments?.[0] === node ? '((' : '(', node.start)
}

function* withParents(node) {
  for (const value of Object.values(node).flat()) {
    if (typeof value?.type !== 'string') continue
    yield [value, node]
    yield* withParents(value)
  }
}
