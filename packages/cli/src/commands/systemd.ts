import { hop3Error, visible, writeFileAtomic, type AppHome, type Host } from '@hop3/core'
import { appUnits, environmentText, fileVariables, unitText, type AppUnits } from '@hop3/systemd'
import { readdir, unlink } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { releasedApp, uwsgiFor } from '../app-units-request.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import { installUnitsText } from '../install-units-text.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { makeOutputDirectory } from '../output-file.ts'
import { portOption } from '../port-option.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, options, terminal } = invocation
  const host = await createHost(invocation)
  const home = await knownApp(invocation, host, operands[0])
  const { appName: app } = home
  const { release, units, secrets, variables, variablesFile } = await alone(home, host, options.flag('wait'), () =>
    printedUnits(invocation, home, host),
  )
  const value = { app, release, units }
  const directory = options.text('output')
  if (directory === undefined) return { value, text: shown(units, variables) }
  const place = await makeOutputDirectory(terminal.cwd, directory)
  await removeOlder(place, app, units)
  for (const [name, text] of Object.entries(units)) await writeFileAtomic(join(place, name), text, { mode: 0o644 })
  if (secrets !== '') await writeFileAtomic(join(place, `${app}.env`), secrets, { mode: 0o600 })
  const written = { app, place, names: Object.keys(units), ...(secrets !== '' && { variablesFile }) }
  return { value: { ...value, directory: place }, text: installUnitsText(written) }
}

/** No deploy may prune the release between its choice and the note of it. */
async function alone<T>(home: AppHome, host: Host, wait: boolean, work: () => Promise<T>): Promise<T> {
  const { signal, log } = host
  const lock = await home.lock({ operation: 'systemd', wait, mustExist: true, signal, notice: (text) => log.warn(text) })
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

async function printedUnits({ options, terminal }: Invocation, home: AppHome, host: Host) {
  const released = await releasedApp(home, host)
  const { artifact, context, appEnv } = released
  const secrets = environmentText(appEnv, artifact)
  const named = options.text('variables-file')
  const variablesFile = named === undefined ? `/etc/hop3/${home.appName}.env` : resolve(terminal.cwd, named)
  const made = appUnits({
    artifact,
    context,
    user: userName(options.text('user')),
    environmentFiles: named === undefined && secrets === '' ? [] : [variablesFile],
    port: portOption(options) ?? 8000,
    // With the deploy that made it the current release.
    hasRunBefore: true,
    ...(await uwsgiFor(released, host)),
  })
  const units = Object.fromEntries(unitsOf(made).map((unit) => [unit.name, unitText(unit)]))
  await home.keepForUnits(context.release.id)
  return { release: context.release.id, units, secrets, variables: Object.keys(fileVariables(appEnv)), variablesFile }
}

function unitsOf({ target, beforeRun, workers }: AppUnits) {
  return [target, ...(beforeRun ? [beforeRun] : []), ...workers.flatMap(({ service, timer }) => [service, ...(timer ? [timer] : [])])]
}

/** Throws `usage.bad-value`, or `usage.missing-option` where nobody is named and who asks has no name. */
function userName(named: string | undefined): string {
  const name = named ?? ownName()
  if (/^[a-z_][a-z0-9_-]{0,31}$/i.test(name)) return name
  throw hop3Error('usage.bad-value', `--user ${visible(name)} is no name of a user.`, { hint: 'Write for example: --user www-data' })
}

function ownName(): string {
  try {
    return userInfo().username
  } catch (cause) {
    const message = `The workers are to run as you, and your user, ${process.getuid?.() ?? 'here'}, has no name.`
    throw hop3Error('usage.missing-option', message, { hint: 'Say who they run as: --user www-data', cause })
  }
}

/** What an earlier print has left there of workers that are gone. */
async function removeOlder(place: string, app: string, units: Readonly<Record<string, string>>): Promise<void> {
  for (const name of await readdir(place)) {
    const isOurs = name.startsWith(`hop3-${app}.`) && /\.(?:service|timer|target)$/.test(name)
    if (isOurs && !Object.hasOwn(units, name)) await unlink(join(place, name))
  }
}

function shown(units: Readonly<Record<string, string>>, names: readonly string[]): string {
  const secrets =
    names.length === 0 ? '' : `\n# What was set for the app is not shown; --output writes it into a file of its own: ${names.join(', ')}\n`
  return `${Object.entries(units)
    .map(([name, text]) => `# ${name}\n${text}`)
    .join('\n')}${secrets}`
}
