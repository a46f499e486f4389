/** What the web server of a host answers for a name: a file that it includes says nothing of what it has read. */
import { hash } from 'node:crypto'
import { exchange } from '@hop3/core/routes'

/** `led`: to something that answers. `lost`: it has read the text, and nothing answers where that leads. `unread`: it has not, or not all of it. */
export type HostAnswer = 'led' | 'lost' | 'unread'

const patience = 5_000

/** Names a text among all texts of all homes: the path it is asked at, and the header of the answer. */
export function textMark(text: string): string {
  return `hop3-${hash('sha256', text, 'hex').slice(0, 16)}`
}

/** Asks at `port` of this host, and where that sends every request to HTTPS, there. */
export async function askedServer(name: string, port: number, mark: string): Promise<HostAnswer> {
  const text = `HEAD /${mark} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`
  const ask = (place: { readonly port: number; readonly isTls?: boolean }): Promise<string> =>
    exchange({ address: '127.0.0.1', host: name, ...place }, text, { patience }).catch(() => '')
  const plain = await ask({ port })
  const sent = /^location: (https:\S+)/im.exec(plain)?.[1]
  const answer = sent === undefined ? plain : await ask({ port: Number(new URL(sent).port || 443), isTls: true })
  if (!answer.toLowerCase().includes(`\r\nhop3-doctor: ${mark}\r\n`)) return 'unread'
  return /^HTTP\/\S+ 502/.test(answer) ? 'lost' : 'led'
}
