import type { DeployResult } from '@hop3/core'
import type { Paint } from './style.ts'

/** What a person gets to see after something has been made to serve. The address stands alone on its line, so that it can be clicked and cut. */
export function deployText({ app, release, changed, url, port, maintenance }: DeployResult, paint: Paint): string {
  const done = changed ? `${paint('bold', app)} runs ${release}.` : `${paint('bold', app)} runs ${release} already; nothing to do.`
  const what = maintenance ? `${done}\n${paint('yellow', maintenanceText(app))}` : done
  if (url === null) return what
  const own = `http://127.0.0.1:${port}/`
  return [what, paint('cyan', url), ...(port === null || sameAddress(url, own) ? [] : [own])].join('\n')
}

export function maintenanceText(app: string): string {
  return `${app} is in maintenance, and visitors see a page: \`hop3 maintenance off ${app}\``
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}
