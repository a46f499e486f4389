/** What a client may send: an app sees the target and the value of a header byte for byte, or the client an error. */
import { isObject, parseJson } from '@hop3/core/json'
import { expect, test } from 'vitest'
import type { StageProxy } from './proxy-stage.ts'
import { exchangeRaw } from './raw-connection.ts'
import { serveHttp } from './upstream.ts'

const atOnce = 20

export function registerHostileRequestTest(stage: StageProxy, texts: readonly string[]): void {
  test(
    `passes on ${texts.length} hostile targets and header values as they came, or refuses them`,
    { timeout: 60_000 + texts.length * 100 },
    async () => {
      const { proxy, route, context } = await stage()
      const { upstream } = await serveHttp((incoming, response) => {
        const named = incoming.rawHeaders.findIndex((name) => name.toLowerCase() === 'x-hostile')
        response.end(JSON.stringify({ url: incoming.url, value: incoming.rawHeaders[named + 1] }))
      })
      await proxy().apply(await route({ upstreams: [upstream] }))
      const outcomes: string[] = []
      for (let first = 0; first < texts.length; first += atOnce) {
        const some = texts.slice(first, first + atOnce)
        outcomes.push(...(await Promise.all(some.map((text, index) => outcomeOf(context.listen.port, text, index % 2 === 0)))))
      }
      expect(outcomes.filter((one) => one !== 'passed' && one !== 'refused')).toEqual([])
      expect(outcomes.filter((one) => one === 'passed').length).toBeGreaterThan(texts.length / 3)
    },
  )
}

/** `passed`, `refused`, or what went wrong. */
async function outcomeOf(port: number, text: string, isEncoded: boolean): Promise<string> {
  // oxlint-disable-next-line no-control-regex -- what ends a line is another request
  const bare = latin1(text.replaceAll(/[\u0000-\u0020\u007f]/g, encodeURIComponent))
  const target = `/${isEncoded ? encodeURIComponent(text) : bare}`
  const value = latin1(text).replaceAll(/^[ \t]+|[ \t]+$/g, '')
  const head = `GET ${target} HTTP/1.1\r\nHost: shop.example\r\nX-Hostile: ${value}\r\nConnection: close\r\n\r\n`
  const answer = await exchangeRaw(port, head)
  if (answer === '' || answer.startsWith('HTTP/1.1 4')) return 'refused'
  if (!answer.startsWith('HTTP/1.1 200 ')) return `${JSON.stringify(text)}: ${answer.slice(0, 40)}`
  // What follows the end of a line is another header.
  if (/[\r\n\0]/.test(value)) return 'passed'
  const seen = parseJson(/\{.*\}/.exec(Buffer.from(answer, 'latin1').toString())?.[0] ?? '')
  const [url, header] = isObject(seen) ? [String(seen['url']), seen['value']] : ['', '']
  // What should have been written with a percent sign may be.
  const isSame = isEncoded ? url === target : bytesOf(url) === bytesOf(target)
  return isSame && header === value ? 'passed' : `${JSON.stringify([target, value])} became ${JSON.stringify(seen)}`
}

function bytesOf(url: string): string {
  return url.replaceAll(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** As many bytes as the text has, one character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
