/** A file that only exports: `node` would read it and end. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import { withoutCommentLines } from '../code-lines.ts'
import { insidePath } from '../inside.ts'
import { readableText } from '../readable-text.ts'
import { valueAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import { nodeEntry } from './runtime.ts'

/** Whoever makes an application means it to be served. */
const application = /\b(?:express|fastify|connect|polka|restify|restana|micro)\(|\bnew (?:Koa|Hono|Elysia|Sails)\b|\bcreateApp\(/i
const exporting =
  /^[ \t]*(?:module\.exports\b|exports\.\w+\s*=|export\s+(?:default|const|let|function|class|async|\{|\*))|\btypeof\s+(?:module|exports)\b/m
/** What it does while it is read, besides taking in and giving out: `client.login(token)`. Reading a variable, on the other hand, is no life. */
const acts = /^(?!(?:Object|util|require|module|exports|define|__\w+)\b)(?:await\s+)?[A-Za-z_$][\w$.]*\(/m
const starts = /\bprocess\.(?:env\.PORT\b|argv|on)\b|\brequire\.main\b|\bmodule\.parent\b|\bimport\.meta\.main\b/
const listening = /\.listen\(|\bcreateServer\(|\bserve\(/
/** Only what is written where the file begins, or goes on from there: in a function that is given out, it waits for whoever calls that. */
const listensAtOnce = /^(?![ \t]+[^.\s]|function\b|async function\b|class\b)[^\n]*(?:\.listen\(|\bcreateServer\(|\bserve\()/m
/** A file that is one call has all of it farther in. */
const isWrapped = /^[;!+]?\(/m
/** `module.exports = require('./lib/express')`: what that file does, this one does. */
const passedOn = /(?:\brequire\(\s*|\bfrom\s*)['"](\.\.?\/[\w@./-]+)['"]/g

/** The file that would be started and only exports, or `main` which names it; undefined for a package that is private, as nobody's library is. */
export async function exportingEntry(app: NodeApp): Promise<string | undefined> {
  if (valueAt(app.data, 'private') === true) return undefined
  const entry = await nodeEntry(app)
  const text = entry === undefined ? undefined : await codeOf(app, entry.file)
  if (entry === undefined || text === undefined || !exporting.test(text)) return undefined
  const texts = [text]
  for (const [, path = ''] of [...text.matchAll(passedOn)].slice(0, 8))
    texts.push((await neighbor(app, joinPaths(posix.dirname(entry.file), path))) ?? '')
  if (texts.some((one) => doesSomething(one) || application.test(one))) return undefined
  return entry.origin === entry.file ? entry.file : 'main'
}

/** A text without comments that gives something out, and neither listens nor makes what does. */
export function exportsOnly(text: string): boolean {
  const mayServe = [listening, starts, application, /\b(?:PORT|import\(|eval\()/]
  return exporting.test(text) && !mayServe.some((words) => words.test(text))
}

function doesSomething(code: string): boolean {
  return starts.test(code) || acts.test(code) || (isWrapped.test(code) ? listening : listensAtOnce).test(code)
}

async function neighbor(app: NodeApp, path: string): Promise<string | undefined> {
  const inside = insidePath(path)
  if (inside === undefined) return undefined
  for (const file of [`${inside}.js`, `${inside}/index.js`, inside]) if (await app.source.hasFile(file)) return codeOf(app, file)
  return undefined
}

async function codeOf({ source }: NodeApp, file: string): Promise<string | undefined> {
  const text = await readableText(source, file)
  return text === undefined ? undefined : withoutCommentLines(text)
}
