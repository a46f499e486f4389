import { createRun, hop3Error, systemClock, visible, type Host } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { defaultListen, homePaths, listenAddress } from './home-paths.ts'
import { createHostRegistry, hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'
import { maskedHome } from './masked-home.ts'
import { proxyChoice, readProxySettings } from './proxy-settings.ts'
import { baseEnv, toolEnv } from './tool-env.ts'

/** This machine, as a pipeline function gets it. */
export async function createHost(invocation: Invocation): Promise<Host> {
  const { terminal, signal, output, options } = invocation
  const { env, cwd } = terminal
  const run = createRun()
  const home = createHome({ ...homePaths(env, cwd, process.getuid?.() === 0), clock: systemClock, run })
  const listen = listenAddress(env) ?? (await home.readListen()) ?? defaultListen
  return Object.freeze<Host>({
    registry: await createHostRegistry(invocation),
    home: maskedHome(home, (secrets) => output.protect(secrets)),
    run,
    clock: systemClock,
    log: hostLog(invocation),
    signal,
    toolEnv: toolEnv(env),
    baseEnv: baseEnv(env),
    listen,
    ...proxyChoice(env, await readProxySettings(home.path), listen),
    accessLog: env['HOP3_ACCESS_LOG'] === '1',
    keep: releasesToKeep(env['HOP3_KEEP']),
    allowProviderCode: options.flag('allow-provider-code'),
    allowPrivileged: options.flag('allow-privileged'),
    newBuildId: () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
  })
}

const defaultKeep = 5

function releasesToKeep(text: string | undefined): number {
  if (!text) return defaultKeep
  const keep = Number(text)
  if (Number.isInteger(keep) && keep >= 0) return keep
  throw hop3Error('config.keep', `HOP3_KEEP is ${visible(text)}, which is no number of releases.`, { hint: 'Write a whole number from 0.' })
}
