import { expect, test } from 'vitest'
import { exposedPorts, likelyPort, portNumber } from '../src/docker.ts'

test.each<[exposed: unknown, ports: readonly number[], likely: number | undefined]>([
  [{ '3000/tcp': {} }, [3000], 3000],
  [{ '9229/tcp': {}, '3000/tcp': {} }, [3000, 9229], 3000],
  [{ '5000/tcp': {}, '80/tcp': {} }, [80, 5000], 80],
  [{ '2345/tcp': {}, '1234': {}, '53/udp': {} }, [1234, 2345], 1234],
  [{ '53/udp': {}, '99999/tcp': {}, '0/tcp': {} }, [], undefined],
  [null, [], undefined],
])('reads which port is meant by %j', (exposed, ports, likely) => {
  expect(exposedPorts(exposed)).toEqual(ports)
  expect(likelyPort(ports)).toBe(likely)
})

test('takes for a port what is one', () => {
  expect(['80', '65535', '65536', '0', '', '8o', undefined].map((text) => portNumber(text))).toEqual([
    80,
    65_535,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
