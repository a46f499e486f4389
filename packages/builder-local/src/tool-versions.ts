/** Which versions of the tools a build really uses. Asking takes a process, so answers are kept until the program changes. */
import { existsSync } from 'node:fs'
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Run } from '@hop3/core'
import * as z from 'zod'
import { findTool, type FoundTool } from './find-tool.ts'
import { writeCacheFile } from '@hop3/planner/source-tree'

export interface VersionRequest {
  readonly tools: readonly FoundTool[]
  readonly cachePath: string
  /** Where version managers look for the app's choice. */
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly run: Run
  readonly signal: AbortSignal
}

interface VersionQuestion {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where the version is in the answer. */
  readonly answer?: RegExp
}

/** Programs known to answer these arguments with their version and to do nothing else. No other program is ever started for its version. */
const questions: Readonly<Record<string, VersionQuestion>> = {
  ...Object.fromEntries(
    'python python3 pip pip3 uv uvx poetry pdm pipenv hatch node npm npx pnpm pnpx yarn bun deno ruby bundle gem cargo rustc php composer gcc cc g++ make cmake git zola mdbook dotnet mix swift zig crystal'
      .split(' ')
      .map((name) => [name, { args: ['--version'] }]),
  ),
  // Elsewise it may fetch what a go.mod asks for, and say that.
  go: { args: ['version'], env: { GOTOOLCHAIN: 'local' } },
  hugo: { args: ['version'] },
  java: { args: ['-version'] },
  javac: { args: ['-version'] },
  elixir: { args: ['--short-version'] },
  erl: { args: ['-noshell', '-eval', 'io:format("OTP ~s~n", [erlang:system_info(otp_release)]), halt().'], answer: /OTP (\d+)/ },
}

export interface ToolVersions {
  /** By tool name: `3.11.2`, or a digest of the program where it has none we know how to ask for. */
  readonly versions: Readonly<Record<string, string>>
  /** False when a program is no longer the one that was found, so that its version may be another's. */
  readonly areSteady: boolean
}

export async function toolVersions(request: VersionRequest): Promise<ToolVersions> {
  const known = await knownVersions(request.cachePath)
  const asked = new Map<string, string>()
  const found = await Promise.all(
    request.tools.map(async (tool) => {
      // The app's own files decide what a shim starts, so its answer holds for this build only.
      const kept = tool.shim ? undefined : known[tool.identity]
      const version = kept ?? (await findVersion(tool, request))
      const isSteady = findTool(tool.file, '', request.directory)?.identity === tool.identity
      if (kept === undefined && !tool.shim && isSteady) asked.set(tool.identity, version)
      return { name: tool.name, version, isSteady }
    }),
  )
  if (asked.size > 0) await writeCacheFile(knownFile(request.cachePath), JSON.stringify({ ...known, ...Object.fromEntries(asked) }))
  return {
    versions: Object.fromEntries(found.map(({ name, version }) => [name, version])),
    areSteady: found.every(({ isSteady }) => isSteady),
  }
}

async function findVersion(tool: FoundTool, { directory, env, run, signal }: VersionRequest): Promise<string> {
  const written = await packageVersion(tool)
  if (written !== undefined) return written
  if (tool.path === process.execPath) return process.versions.node
  const question = questions[tool.name.replace(/^python3\.\d+$/, 'python3')]
  if (question === undefined) return digest(tool)
  const { args, answer = /(\d+(?:\.\d+)+[-+.\w]*)/ } = question
  const { exitCode, stdout, stderr } = await run({
    file: tool.file,
    args,
    cwd: directory,
    env: { ...env, ...question.env },
    signal,
    timeout: 20_000,
  })
  const version = answer.exec(`${stdout}\n${stderr}`)?.[1]
  return exitCode === 0 && version !== undefined ? version : digest(tool)
}

/** The `version` of the package.json above a program written for Node: npm takes a quarter of a second to say the same. */
async function packageVersion(tool: FoundTool): Promise<string | undefined> {
  if (tool.interpreter !== 'node') return undefined
  for (let directory = dirname(tool.path); directory !== '/'; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json')
    if (!existsSync(manifest)) continue
    const read = z.object({ version: z.string() }).safeParse(parse(await readFile(manifest, 'utf8')))
    if (read.success) return read.data.version
  }
  return undefined
}

/** A program with no version to tell: the same as long as its bytes' size and time are. */
function digest(tool: FoundTool): string {
  return hash('sha256', tool.identity, 'hex').slice(0, 12)
}

/** By identity of the program (see `find-tool.ts`): what programs have answered before. */
export async function knownVersions(cachePath: string): Promise<Readonly<Record<string, string>>> {
  const read = z.record(z.string(), z.string()).safeParse(parse(await readFile(knownFile(cachePath), 'utf8').catch(() => '{}')))
  return read.success ? read.data : {}
}

function knownFile(cachePath: string): string {
  return join(cachePath, 'tools', 'versions.json')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
