/** What an upstream's response headers become on their way to the client. */

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** The end-to-end fields, as a flat list. `withLength`: `false` where a transfer coding was taken off, because a length beside it lies. */
export function responseHeaders(headers: readonly string[], withLength: boolean): string[] {
  const kept: string[] = []
  let named: Set<string> | undefined
  for (let index = 0; index < headers.length; index += 2) {
    const key = (headers[index] ?? '').toLowerCase()
    const value = headers[index + 1] ?? ''
    if (hopByHop.has(key)) {
      if (key === 'connection') named = addNamed(named, value)
      continue
    }
    if (key === 'content-length' && !withLength) continue
    kept.push(headers[index] ?? '', value)
  }
  return named === undefined ? kept : withoutNamed(kept, named)
}

function addNamed(named: Set<string> | undefined, value: string): Set<string> | undefined {
  const tokens = value
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
  const unusual = tokens.filter((token) => token !== '' && token !== 'close' && token !== 'keep-alive' && token !== 'upgrade')
  return unusual.length === 0 ? named : new Set([...(named ?? []), ...unusual])
}

function withoutNamed(headers: readonly string[], named: ReadonlySet<string>): string[] {
  return headers.flatMap((text, index) => (index % 2 === 0 && !named.has(text.toLowerCase()) ? [text, headers[index + 1] ?? ''] : []))
}
