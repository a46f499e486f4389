import { proxyContext, type Host } from '@hop3/core'
import type { Finding } from './finding.ts'

/** Every proxy's own answer; one that can work is enough. It is where a port that is taken shows. */
export async function checkProxies(host: Host): Promise<readonly Finding[]> {
  const factories = await host.registry.proxies()
  const verdicts = await Promise.all(
    factories.map(async (factory) => {
      const verdict = await factory
        .create(proxyContext(host, 'doctor'))
        .accept()
        .catch((error: unknown) => ({ accepted: false, reason: error instanceof Error ? error.message : String(error) }))
      return { name: factory.name, ...verdict }
    }),
  )
  const works = verdicts.some((verdict) => verdict.accepted)
  return verdicts.map(({ name, accepted, reason }) => {
    const finding = { check: `proxy ${name}`, seen: reason }
    if (accepted) return { ...finding, state: 'ok' }
    return { ...finding, state: works ? 'note' : 'problem', fix: 'export HOP3_LISTEN=127.0.0.1:8081, or mend what the reason names' }
  })
}

export async function checkPlugins({ registry }: Host): Promise<readonly Finding[]> {
  const loaded = (await registry.describe()).filter((plugin) => plugin.state === 'loaded')
  const ignored = registry.ignored().filter((plugin) => plugin.stage !== 'shadowed')
  const summary: Finding =
    loaded.length > 0
      ? {
          check: 'plugins',
          state: 'ok',
          seen: `${loaded.length} packages offer ${loaded.flatMap((plugin) => plugin.strategies).join(', ')}`,
        }
      : { check: 'plugins', state: 'problem', seen: 'no package offers a strategy', fix: 'Install @hop3/cli again, with its dependencies.' }
  return [
    summary,
    ...ignored.map((plugin): Finding => ({
      check: `plugin ${plugin.name}`,
      state: 'problem',
      seen: `${plugin.stage}: ${plugin.error.split('\n', 1)[0]}`,
      fix: 'hop3 plugins --verbose',
    })),
  ]
}
