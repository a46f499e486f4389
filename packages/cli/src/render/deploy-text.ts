import type { DeployResult } from '@hop3/core'
import type { Paint } from './style.ts'

/** What a person gets to see after something has been made to serve. The address stands alone on its line, so that it can be clicked and cut. */
export function deployText({ app, release, changed, url, port }: DeployResult, paint: Paint): string {
  const what = changed ? `${paint('bold', app)} runs ${release}.` : `${paint('bold', app)} runs ${release} already; nothing to do.`
  if (url === null) return what
  const own = `http://127.0.0.1:${port}/`
  return [what, paint('cyan', url), ...(port === null || sameAddress(url, own) ? [] : [own])].join('\n')
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}
