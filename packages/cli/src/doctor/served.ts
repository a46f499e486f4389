import { appStatus, type AppStatus, type Hop3Error, type Host } from '@hop3/core'
import { eachApp } from '../each-app.ts'
import type { Finding } from './finding.ts'

/** A finding for every app that is meant to run and does not. */
export async function checkServed(host: Host): Promise<readonly Finding[]> {
  const { done, failures } = await eachApp(host, (appName) => appStatus(appName, host))
  return [
    ...done.flatMap(findingsOf),
    // A deploy that is under way is no fault.
    ...failures.map(({ app, error }) => ofError(app, 'note', error)),
  ]
}

function findingsOf({ app, isServed, leftAnswering, outages, damage }: AppStatus): readonly Finding[] {
  if (damage !== undefined) return [ofError(app, 'problem', damage)]
  const seen = leftAnswering ? `${outages.join(' and ')}: what that left answers, and no change reaches it` : 'it is not being served'
  return isServed === false ? [{ check: `app ${app}`, state: 'problem', seen, fix: `hop3 start ${app}` }] : []
}

function ofError(app: string, state: Finding['state'], { message, hint }: Hop3Error): Finding {
  return { check: `app ${app}`, state, seen: message, ...(hint && { fix: hint }) }
}
