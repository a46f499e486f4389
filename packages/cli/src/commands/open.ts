import { appStatus, hop3Error } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, output, terminal } = invocation
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const { url, stopped, release } = await appStatus(appName, host)
  if (release === null)
    throw hop3Error('deploy.not-deployed', `${appName} has no address: it has no release yet.`, {
      hint: `Deploy it: \`hop3 deploy --app ${appName}\` in its directory.`,
    })
  if (url === null)
    throw hop3Error('deploy.no-address', `${appName} has no address: ${stopped ? 'it is stopped' : 'no web worker of it runs'}.`, {
      hint: stopped
        ? `Start it with \`hop3 start ${appName}\`.`
        : `Add a \`web:\` line to its Procfile, or where there is one start it: \`hop3 scale ${appName} --to web=1\`.`,
    })
  // Without a screen the address is all there is to do; a browser that is missing changes nothing about the answer.
  if (terminal.stdout.isTTY === true && !output.json) {
    const file = process.platform === 'darwin' ? 'open' : 'xdg-open'
    await host.run({ file, args: [url], cwd: terminal.cwd, env: desktopEnv(terminal.env), detached: true }).catch(() => undefined)
  }
  return { value: { app: appName, url }, text: url }
}

/** A browser belongs to the operator and gets their environment, unlike anything of an app. */
function desktopEnv(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
