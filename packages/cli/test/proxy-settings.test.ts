import { expect, test } from 'vitest'
import { askedSettings, keptSettings, proxyChoice, settingsOfEnvironment } from '../src/proxy-settings.ts'

const listen = { address: '127.0.0.1', port: 8080 }

test('what is asked for goes before the environment, and that before what was kept', () => {
  const layers = [
    askedSettings({ proxy: 'nginx' }),
    settingsOfEnvironment({ HOP3_PROXY: 'caddy', HOP3_TLS: 'internal' }),
    keptSettings({ tls: 'off', tlsListen: '127.0.0.1:9443' }),
  ]
  expect(proxyChoice(layers, listen)).toEqual({
    proxy: 'nginx',
    tls: { listen: { address: '127.0.0.1', port: 9443 }, certificate: { from: 'internal' } },
  })
  expect(proxyChoice(layers.slice(2), listen)).toEqual({})
})

test.each([
  [[askedSettings({ tlsListen: '127.0.0.1:1x' })], '--tls-listen is "127.0.0.1:1x"'],
  [[settingsOfEnvironment({ HOP3_TLS_LISTEN: '0' })], 'HOP3_TLS_LISTEN is "0"'],
  [[askedSettings({}), keptSettings({ tlsListen: 'x' })], 'what `hop3 proxy use` has kept for --tls-listen is "x"'],
  [[askedSettings({ tls: 'bogus' })], '--tls is "bogus"'],
])('a wrong one is refused by its name, in force or not', (layers, message) => {
  expect(() => proxyChoice(layers, listen)).toThrow(message)
})
