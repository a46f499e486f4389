import { appStatus, type Host } from '@hop3/core'
import { eachApp } from '../each-app.ts'
import type { Finding } from './finding.ts'

/** A finding for every app that is meant to run and does not. */
export async function checkServed(host: Host): Promise<readonly Finding[]> {
  const { done, failures } = await eachApp(host, (appName) => appStatus(appName, host))
  return [
    ...done
      .filter(({ isServed }) => isServed === false)
      .map(({ app }): Finding => ({ check: `app ${app}`, state: 'problem', seen: 'it is not being served', fix: `hop3 start ${app}` })),
    // A deploy that is under way is no fault.
    ...failures.map(({ app, error }): Finding => ({
      check: `app ${app}`,
      state: 'note',
      seen: error.message,
      ...(error.hint && { fix: error.hint }),
    })),
  ]
}
