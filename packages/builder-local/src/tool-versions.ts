/** Which versions of the tools a build really uses. Asking takes a process, so answers are kept until the program changes. */
import { existsSync } from 'node:fs'
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Run } from '@hop3/core'
import * as z from 'zod'
import { findTool, type FoundTool } from './find-tool.ts'
import { writeCacheFile } from './write-cache-file.ts'

export interface VersionRequest {
  readonly tools: readonly FoundTool[]
  readonly cachePath: string
  /** Where version managers look for the app's choice. */
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly run: Run
  readonly signal: AbortSignal
}

/** Programs known to answer these arguments with their version and to do nothing else. No other program is ever started for its version. */
const questions: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'python python3 pip pip3 uv uvx poetry pdm pipenv hatch node npm npx pnpm pnpx yarn bun deno ruby bundle gem cargo rustc php composer gcc cc g++ make cmake git hugo dotnet elixir mix swift zig'
      .split(' ')
      .map((name) => [name, ['--version']]),
  ),
  go: ['version'],
  java: ['-version'],
  javac: ['-version'],
}

export interface ToolVersions {
  /** By tool name: `3.11.2`, or a digest of the program where it has none we know how to ask for. */
  readonly versions: Readonly<Record<string, string>>
  /** False when a program is no longer the one that was found, so that its version may be another's. */
  readonly areSteady: boolean
}

export async function toolVersions(request: VersionRequest): Promise<ToolVersions> {
  const file = join(request.cachePath, 'tools', 'versions.json')
  const known = await readKnown(file)
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
  if (asked.size > 0) await writeCacheFile(file, JSON.stringify({ ...known, ...Object.fromEntries(asked) }))
  return {
    versions: Object.fromEntries(found.map(({ name, version }) => [name, version])),
    areSteady: found.every(({ isSteady }) => isSteady),
  }
}

async function findVersion(tool: FoundTool, { directory, env, run, signal }: VersionRequest): Promise<string> {
  const written = await packageVersion(tool)
  if (written !== undefined) return written
  if (tool.path === process.execPath) return process.versions.node
  const args = questions[tool.name.replace(/^python3\.\d+$/, 'python3')]
  if (args === undefined) return digest(tool)
  const { exitCode, stdout, stderr } = await run({ file: tool.file, args, cwd: directory, env, signal, timeout: 20_000 })
  const version = /\d+(?:\.\d+)+[-+.\w]*/.exec(`${stdout}\n${stderr}`)?.[0]
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

async function readKnown(file: string): Promise<Readonly<Record<string, string>>> {
  const read = z.record(z.string(), z.string()).safeParse(parse(await readFile(file, 'utf8').catch(() => '{}')))
  return read.success ? read.data : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
