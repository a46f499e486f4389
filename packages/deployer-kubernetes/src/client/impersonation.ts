/** `as` of a kubeconfig's user: who asks does it as somebody else, whose rights are then the ones that count. */
import { visible } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import type { Table } from '../json-table.ts'

/** Headers of every request, as kubectl sends them; none for a user that is itself. `wrong` makes the error of what cannot be sent. */
export function impersonation(user: Table, wrong: (how: string) => Error): Readonly<Record<string, string | readonly string[]>> {
  const { as: name = '', 'as-uid': uid = '', 'as-groups': groups = [], 'as-user-extra': extra = {} } = withoutNull(user)
  const list = (key: string, value: unknown): readonly string[] => {
    if (!Array.isArray(value)) throw wrong(`${key} that is no list`)
    return value.map((one) => header(key, one, wrong))
  }
  if (!isObject(extra)) throw wrong('as-user-extra that is no table')
  const more = {
    ...(uid === '' ? {} : { 'Impersonate-Uid': header('as-uid', uid, wrong) }),
    ...(Array.isArray(groups) && groups.length === 0 ? {} : { 'Impersonate-Group': list('as-groups', groups) }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${token(key)}`, list(`as-user-extra ${visible(key)}`, values)]),
    ),
  }
  if (name !== '') return { 'Impersonate-User': header('as', name, wrong), ...more }
  // To leave them out would be to ask with other rights than were meant.
  if (Object.keys(more).length > 0) throw wrong('as-uid, as-groups or as-user-extra, and no user they are of (as)')
  return {}
}

/** What a program writes of a key that nobody has set. */
const withoutNull = (user: Table): Table => Object.fromEntries(Object.entries(user).filter(([, value]) => value !== null))

/** Its bytes, which is how a header has what is beyond ASCII. */
function header(key: string, value: unknown, wrong: (how: string) => Error): string {
  // eslint-disable-next-line no-control-regex -- of these a header holds none
  if (typeof value !== 'string' || value === '' || /[\u0000-\u001f\u007f]/.test(value)) throw wrong(`${key} that is no name`)
  return Buffer.from(value).toString('latin1')
}

/** The server takes what is no part of a header's name as percent and two digits. */
const token = (key: string): string => encodeURIComponent(key).replace(/[()]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
