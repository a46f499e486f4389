import { printable, type AppStatus, type WorkerState, type WorkerStatus } from '@hop3/core'
import { maintenanceText } from './deploy-text.ts'
import type { Paint, Style } from './style.ts'
import { table, type Cell } from './table.ts'

const stateStyles = { running: 'green', starting: 'yellow', failing: 'red', stopped: 'dim' } as const satisfies Record<WorkerState, Style>

/** `hop3 ps`: a line for every instance, and for every app that has none. */
export function statusText(statuses: readonly AppStatus[], paint: Paint): string {
  if (statuses.length === 0) return 'Nothing has been deployed here yet. `hop3 deploy` in the directory of an app does it.'
  const rows = statuses.flatMap((status) =>
    status.workers.length === 0 ? [restingRow(status)] : status.workers.map((worker) => workerRow(worker, status)),
  )
  const addresses = statuses.flatMap(({ app, url }) => (url === null ? [] : [`${paint('bold', app)}  ${paint('cyan', printable(url))}`]))
  const instances = table(['APP', 'WORKER', 'STATE', 'RELEASE', 'PID', 'ADDRESS'], rows, paint)
  return [
    instances,
    addresses.join('\n'),
    statuses.flatMap(({ app, maintenance }) => (maintenance ? [paint('yellow', maintenanceText(app))] : [])).join('\n'),
    unreleasedOf(statuses)
      .map((line) => paint('dim', line))
      .join('\n'),
    troubleOf(statuses)
      .map((line) => paint('red', line))
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** After a first deploy that failed, and where variables were set before it. */
function unreleasedOf(statuses: readonly AppStatus[]): readonly string[] {
  return statuses
    .filter(({ release }) => release === null)
    .map(
      ({ app }) =>
        `${app} has no release yet: \`hop3 deploy\` in its directory makes one, \`hop3 destroy ${app} --yes\` removes what is kept of it`,
    )
}

/** What is gone and with it every app, in one line, or each app that is not served for another reason. A damaged one no start brings back. */
function troubleOf(statuses: readonly AppStatus[]): readonly string[] {
  const unserved = statuses.filter(({ isServed, damage }) => isServed === false && damage === undefined)
  const outages = [...new Set(unserved.flatMap((status) => status.outages))]
  if (outages.length === 0) return unserved.map(({ app, workers }) => `${app} ${howServed(workers)}: \`hop3 start ${app}\``)
  const apps = unserved.map(({ app }) => app)
  const command = apps.length === 1 ? `hop3 start ${apps[0]}` : 'hop3 start --all'
  const isAnswered = unserved.every(({ leftAnswering }) => leftAnswering === true)
  const effect = isAnswered
    ? `so what it left answers for ${apps.join(', ')}, and no change reaches that`
    : `so ${apps.join(', ')} ${apps.length === 1 ? 'is' : 'are'} not being served`
  return [`${capitalized(outages.join(' and '))}, ${effect}: \`${command}\``]
}

/** Where some of its instances run, requests may well be answered. */
function howServed(workers: readonly WorkerStatus[]): string {
  return workers.some(({ state }) => state === 'running') ? 'is not served by all it should be' : 'is not being served'
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function workerRow({ app, worker, ordinal, state, release, pid, address }: WorkerStatus, status: AppStatus): readonly Cell[] {
  // While a deploy is under way instances of two releases run side by side.
  const isCurrent = release === status.release
  return [
    app,
    `${worker}.${ordinal}`,
    { style: stateStyles[state], text: state },
    isCurrent ? release : { style: 'yellow', text: release },
    pid === null ? '-' : String(pid),
    address || '-',
  ]
}

function restingRow({ app, release, stopped }: AppStatus): readonly Cell[] {
  const state = release === null ? 'not deployed' : stopped ? 'stopped' : 'no workers'
  return [app, '-', { style: 'dim', text: state }, release ?? '-', '-', '-']
}
