import { emptyDeployConfig } from '@hop3/core'
import { expect, test } from 'vitest'
import { namespaceOf, type Place } from '../src/place.ts'

const asking = (namespace?: string, env: Readonly<Record<string, string>> = {}): Parameters<typeof namespaceOf>[0] => ({
  appName: 'shop',
  directories: { home: '/home', run: '/run', logs: '/logs', data: '/data', volumes: '/volumes' },
  config: { ...emptyDeployConfig, options: { kubernetes: { namespace } } },
  env,
})
const own = { namespace: 'hop3-shop', isOwnNamespace: true }
const place: Place = { context: 'c', server: 'https://c', namespace: 'there', isOwnNamespace: true }

test.each<[string, Parameters<typeof namespaceOf>, string]>([
  ['of the app', [asking(), undefined], 'hop3-shop'],
  ['of the context', [asking(), undefined, 'team'], 'team'],
  ['of no context', [asking(), undefined, 'default'], 'hop3-shop'],
  ['where it is', [asking(), place, 'team'], 'there'],
  ['where it was stopped', [asking(), { ...place, isEmpty: true }, 'team'], 'there'],
  ['of hop3.toml', [asking('shop'), place, 'team'], 'shop'],
  ['of the command', [asking('shop', { HOP3_KUBE_NAMESPACE: 'now' }), place, 'team'], 'now'],
])('the namespace is that %s', (_, given, namespace) => {
  expect(namespaceOf(...given)).toMatchObject({ namespace, isOwnNamespace: namespace === 'hop3-shop' || namespace === 'there' })
})

test.each([
  ['its own', own, own],
  ['given', { ...own, isOwnNamespace: false }, { ...own, isOwnNamespace: false }],
])('one that is %s stays so when it is named', (_, known, expected) => {
  expect(namespaceOf(asking(undefined, { HOP3_KUBE_NAMESPACE: 'hop3-shop' }), { ...place, ...known })).toMatchObject(expected)
  expect(namespaceOf(asking('hop3-shop'), { ...place, ...known })).toMatchObject(expected)
})

test('one that was never its own is given when it is named', () => {
  expect(namespaceOf(asking('hop3-shop'), undefined)).toEqual({ namespace: 'hop3-shop', isOwnNamespace: false })
  expect(namespaceOf(asking('hop3-shop'), place)).toEqual({ namespace: 'hop3-shop', isOwnNamespace: false })
})
