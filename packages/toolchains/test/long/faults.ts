/** An app with one of its files made long, planned from memory. */
import { isHop3Error, silentLog, type SourceView } from '@hop3/core'
import { sourceViewOf } from '@hop3/planner'
import { growthFault, longText, threadTime, type LongText } from '@hop3/testing'
import { toolchainNamed } from '../plan-app.ts'
import type { LongApp } from './apps.ts'

/** What takes too long of an app with a file of growing length. */
export async function faultsIn(app: LongApp, file: string, texts: readonly LongText[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const text of texts) {
    const fault = await growthFault((length) => planned(withText(app, file, longText(text, length))))
    if (fault !== undefined) found.push(`${app.toolchain}, ${file}, ${JSON.stringify(text)}: ${fault}`)
  }
  return found
}

/** Milliseconds: four times what planning may take, for machines that are slow. */
const most = 400

/** What is wrong with how an app is planned whose file is as long as a source view hands it out. */
export async function faultAtMost(app: LongApp, file: string, text: LongText): Promise<string | undefined> {
  const made = withText(app, file, longText(text, mostOf(file)))
  let outcome = 'planned'
  let least = Infinity
  for (let times = 0; times < 3 && least > most; times++)
    least = Math.min(least, await threadTime(async () => (outcome = await planned(made).then(() => 'planned', outcomeOf))))
  const fault = outcome !== 'planned' ? outcome : least > most ? `${Math.round(least)} ms` : undefined
  return fault && `${app.toolchain}, ${file}, ${JSON.stringify(text)}: ${fault}`
}

/** Characters, less what stands around the text. */
function mostOf(file: string): number {
  return (/\.(?:jsonc?|lock)$/.test(file) && file !== 'Gemfile.lock' ? 4 : 1) * 1024 * 1024 - 2048
}

function outcomeOf(error: unknown): string {
  if (isHop3Error(error)) return 'planned'
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 900) : String(error)
}

export async function planned({ toolchain, files, options }: LongApp): Promise<void> {
  const context = { appName: 'shop', source: viewOf(files), root: '', options, versions: {}, named: true, log: silentLog }
  const made = toolchainNamed(toolchain).create(context)
  await made.accept()
  await made.plan()
}

/** `§` is where the text goes; without one, it goes behind what the file has. */
export function withText(app: LongApp, file: string, text: string): LongApp {
  const written = app.files[file] ?? ''
  const content = written.includes('§') ? written.split('§').join(text) : `${written}\n${text}`
  const files = Object.entries({ ...app.files, [file]: content })
  return { ...app, files: Object.fromEntries(files.map(([name, one]) => [name, name === file ? one : one.split('§').join('x')])) }
}

function viewOf(files: Readonly<Record<string, string>>): SourceView {
  const paths = Object.keys(files)
  return sourceViewOf({
    kindOf: (path) => {
      if (Object.hasOwn(files, path)) return 'file'
      return path === '.' || paths.some((one) => one.startsWith(`${path}/`)) ? 'directory' : undefined
    },
    textOf: (path) => files[path],
    namesIn: (path) => {
      const above = path === '.' ? '' : `${path}/`
      const names = paths.flatMap((one) => (one.startsWith(above) ? (one.slice(above.length).split('/')[0] ?? '') : []))
      return [...new Set(names)].toSorted()
    },
  })
}
