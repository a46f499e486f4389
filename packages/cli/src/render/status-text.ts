import type { AppStatus, WorkerState, WorkerStatus } from '@hop3/core'
import type { Paint, Style } from './style.ts'
import { table } from './table.ts'

const stateStyles = { running: 'green', starting: 'yellow', failing: 'red', stopped: 'dim' } as const satisfies Record<WorkerState, Style>

/** `hop3 ps`: a line for every instance, and for every app that has none. */
export function statusText(statuses: readonly AppStatus[], paint: Paint): string {
  if (statuses.length === 0) return 'Nothing has been deployed here yet. `hop3 deploy` in the directory of an app does it.'
  const rows = statuses.flatMap((status) =>
    status.workers.length === 0 ? [restingRow(status, paint)] : status.workers.map((worker) => workerRow(worker, status, paint)),
  )
  const addresses = statuses.flatMap(({ app, url }) => (url === null ? [] : [`${paint('bold', app)}  ${paint('cyan', url)}`]))
  const instances = table(['APP', 'WORKER', 'STATE', 'RELEASE', 'PID', 'ADDRESS'], rows, paint)
  const unserved = statuses.flatMap(({ app, isServed }) =>
    isServed === false ? [paint('red', `${app} is not being served: \`hop3 start ${app}\``)] : [],
  )
  return [instances, addresses.join('\n'), unserved.join('\n')].filter((part) => part !== '').join('\n\n')
}

function workerRow(
  { app, worker, ordinal, state, release, pid, address }: WorkerStatus,
  status: AppStatus,
  paint: Paint,
): readonly string[] {
  // While a deploy is under way instances of two releases run side by side.
  const isCurrent = release === status.release
  return [
    app,
    `${worker}.${ordinal}`,
    paint(stateStyles[state], state),
    isCurrent ? release : paint('yellow', release),
    pid === null ? '-' : String(pid),
    address || '-',
  ]
}

function restingRow({ app, release, stopped }: AppStatus, paint: Paint): readonly string[] {
  const state = release === null ? 'not deployed' : stopped ? 'stopped' : 'no workers'
  return [app, '-', paint('dim', state), release ?? '-', '-', '-']
}
