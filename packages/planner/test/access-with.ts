import type { ProviderAccess } from '../src/index.ts'

/** Access that starts nothing. */
export function accessWith(home: string, host: Partial<NonNullable<ProviderAccess['providers']>> = {}): ProviderAccess {
  return {
    run: () => Promise.reject(new Error('nothing may be started')),
    signal: new AbortController().signal,
    cachePath: `${home}/cache`,
    env: {},
    providers: { packages: [], home, allowCode: false, ...host },
  }
}
