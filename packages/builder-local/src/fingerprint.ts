import { fingerprintOf, readSource } from './build-inputs.ts'
import type { Session } from './session.ts'

/** See `Builder.fingerprint`. Starts no process; an unchanged source costs a walk. */
export async function fingerprintApp({ context, planned }: Session): Promise<string> {
  const app = await planned()
  return fingerprintOf(context, app, await readSource(context, app))
}
