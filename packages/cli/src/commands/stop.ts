import { proxyContext, stopApp, type AppHome, type Host } from '@hop3/core'
import { allApps, checkNoneNamed } from '../all-apps.ts'
import type { CommandResult } from '../command-spec.ts'
import { failureValues } from '../each-app.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { ownProxies } from '../own-proxy.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  if (options.flag('all')) {
    checkNoneNamed(invocation)
    return stopAll(invocation, await createHost(invocation))
  }
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, operands[0])
  const result = await stopApp(appName, host, { wait: options.flag('wait') })
  const text =
    result.neverDeployed === true
      ? `${appName} was never deployed, so nothing of it runs. \`hop3 deploy --app ${appName}\` deploys it.`
      : `${appName} is stopped. \`hop3 start ${appName}\` brings it back.`
  return { value: { ...result }, text }
}

/** The proxy is ended last, and only when nothing needs it any more: what could not be stopped may still serve. */
async function stopAll({ options, output }: Invocation, host: Host): Promise<CommandResult> {
  const before = await ownProxies(host)
  const { done, failures } = await allApps(host, mayRun, (appName) => stopApp(appName, host, { wait: options.flag('wait'), withAll: true }))
  const isAll = failures.length === 0
  if (isAll) await endProxies(host)
  // One may have ended with the last app it had a route to.
  const left = await ownProxies(host)
  const proxies = before.filter(({ pid }) => !left.some((one) => one.pid === pid))
  const apps = done.map(({ app }) => app)
  const stopped = [...apps, ...proxies.map(({ pid }) => `the proxy (pid ${pid})`)]
  const nothing = isAll ? 'There is nothing to stop.' : ''
  return {
    value: { apps, stopped: isAll, proxy: proxies[0]?.pid ?? null, failed: failureValues(failures, output) },
    text: stopped.length === 0 ? nothing : `Stopped ${stopped.join(', ')}.`,
    failures,
  }
}

async function endProxies(host: Host): Promise<void> {
  for (const factory of await host.registry.proxies()) await factory.create(proxyContext(host, 'stop')).stop?.()
  await host.home.tidy?.()
}

/** Of an app that is stopped or was never deployed nothing runs, unless a command on it was cut off. */
async function mayRun(home: AppHome): Promise<boolean> {
  if ((await home.openRecords()).length > 0) return true
  return (await home.current()) !== undefined && !(await home.readState()).stopped
}
