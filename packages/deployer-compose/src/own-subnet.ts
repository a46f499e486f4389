/**
 * Addresses for a network of an engine whose own pools are used up: as it is installed, it has 31 networks in all, which is 30 apps. Names of
 * networks spread over 10.128.0.0 to 10.255.255.0, so that the same app tends to get the same; what the engine or this host has there is passed over.
 */
import { readFile } from 'node:fs/promises'

export interface Subnet {
  readonly Subnet: string
}

/** At most `count` of 256 addresses each, none of which this host has a route to. */
export async function freeSubnets(name: string, count: number): Promise<readonly Subnet[]> {
  const routes = readRoutes(await readFile('/proc/net/route', 'utf8').catch(() => ''))
  const start = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % places, 7)
  const found: Subnet[] = []
  for (let step = 0; step < places && found.length < count; step++) {
    const at = first + ((start + step) % places) * size
    const isFree = routes.every(({ network, last }) => last < at || network > at + size - 1)
    if (isFree) found.push({ Subnet: `10.${(at >>> 16) & 255}.${(at >>> 8) & 255}.0/24` })
  }
  return found
}

const size = 256
const first = 10 * 2 ** 24 + 128 * 2 ** 16
const places = 128 * 256

/** All but the default one. Addresses there are hexadecimal numbers of the machine's order, which is little-endian wherever engines run. */
function readRoutes(text: string): readonly { readonly network: number; readonly last: number }[] {
  return text.split('\n').flatMap((line) => {
    const [, destination = '', , , , , , mask = ''] = line.split('\t')
    if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask) || mask === '00000000') return []
    const network = addressOf(destination)
    return [{ network, last: network + (2 ** 32 - 1 - addressOf(mask)) }]
  })
}

function addressOf(hex: string): number {
  return (hex.match(/../g) ?? []).toReversed().reduce((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0)
}
