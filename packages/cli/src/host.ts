import { createRun, hop3Error, isHop3Error, moveEnded, systemClock, visible, type Home, type Host } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { defaultListen, homePaths, listenAddress } from './home-paths.ts'
import { createHostRegistry, hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'
import { maskedHome } from './masked-home.ts'
import { askedSettings, keptSettings, proxyChoice, readProxySettings, settingsOfEnvironment, type ProxySettings } from './proxy-settings.ts'
import { baseEnv, loginEnv, toolEnv } from './tool-env.ts'

/** This machine, as a pipeline function gets it. `asked` goes before what the environment and the home say of the proxy. */
export async function createHost(invocation: Invocation, asked: ProxySettings = {}): Promise<Host> {
  const { terminal, signal, output, options } = invocation
  const { env, cwd } = terminal
  const run = createRun()
  const home = createHome({ ...homePaths(env, cwd, process.getuid?.() === 0), clock: systemClock, run })
  const log = hostLog(invocation)
  // What the proxy is may be just changing.
  if (options.flag('wait')) await moveEnded({ home, clock: systemClock, signal, log })
  const listen = (await askedListen(env['HOP3_LISTEN'], home)) ?? (await home.readListen()) ?? defaultListen
  const proxy = [askedSettings(asked), settingsOfEnvironment(env), keptSettings(await readProxySettings(home.path, asked))]
  return Object.freeze<Host>({
    registry: await createHostRegistry(invocation),
    home: maskedHome(home, (secrets) => output.protect(secrets)),
    run,
    clock: systemClock,
    log,
    signal,
    toolEnv: { ...toolEnv(env), ...clusterWish(options) },
    loginEnv: loginEnv(env),
    baseEnv: baseEnv(env),
    listen,
    ...proxyChoice(proxy, listen),
    accessLog: env['HOP3_ACCESS_LOG'] === '1',
    keep: releasesToKeep(env['HOP3_KEEP']),
    allowProviderCode: options.flag('allow-provider-code'),
    allowPrivileged: options.flag('allow-privileged'),
    newBuildId: () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
  })
}

/** As any command with it is what mends a damaged one, it is kept at once then; else by the next route. */
async function askedListen(text: string | undefined, home: Home): Promise<Host['listen'] | undefined> {
  const asked = listenAddress(text)
  if (asked === undefined) return undefined
  await home.readListen().catch(async (error: unknown) => {
    if (!isHop3Error(error) || error.code !== 'environment.listen-damaged') throw error
    await home.keepListen(asked)
  })
  return asked
}

/** `--context` and `--namespace`, for whoever asks a cluster. */
function clusterWish(options: Invocation['options']): Readonly<Record<string, string>> {
  const [context, namespace] = [options.text('context'), options.text('namespace')]
  return {
    ...(context === undefined ? {} : { HOP3_KUBE_CONTEXT: context }),
    ...(namespace === undefined ? {} : { HOP3_KUBE_NAMESPACE: namespace }),
  }
}

const defaultKeep = 5

function releasesToKeep(text: string | undefined): number {
  if (!text) return defaultKeep
  const keep = Number(text)
  if (Number.isInteger(keep) && keep >= 0) return keep
  throw hop3Error('config.keep', `HOP3_KEEP is ${visible(text)}, which is no number of releases.`, { hint: 'Write a whole number from 0.' })
}
