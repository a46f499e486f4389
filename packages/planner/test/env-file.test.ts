import { expect, it } from 'vitest'
import { envFileOf } from '../src/source-tree.ts'

it.each([
  ['.env', '.env'],
  ['.envrc', '.envrc'],
  ['.env.production', '.env.production'],
  ['a/.env.staging', 'a/.env.staging'],
  ['.env.local', '.env.local'],
  ['.env.test.local', '.env.test.local'],
  ['a/.env/db/password', 'a/.env'],
  ['.env.example', undefined],
  ['.env.production.sample', undefined],
  ['.env.template', undefined],
  ['.environment', undefined],
  ['env', undefined],
  ['x.env', undefined],
])('knows a file of variables: %s', (path, found) => {
  expect(envFileOf(path)).toBe(found)
})
