import { distinctValues } from '@hop3/testing'
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { asciiJson } from '../src/client/request.ts'

test('what is sent is the same read as JSON and as YAML', () => {
  const values = distinctValues(2_000, 3)
  expect(JSON.parse(asciiJson(values))).toEqual(values)
  expect(parse(asciiJson(values))).toEqual(values)
})

test.each(['../src/client/cluster.ts', '../../core/src/docker-request.ts'])('%s loads nothing of the built-in fetch', (path) => {
  const script = `await import(${JSON.stringify(new URL(path, import.meta.url).href)})
    const { connect } = await import(${JSON.stringify(new URL('../src/client/request.ts', import.meta.url).href)})
    connect({ server: new URL('http://127.0.0.1') }).close()
    connect({ server: new URL('https://127.0.0.1') }).close()
    console.log(process.moduleLoadList.filter((name) => name.includes('undici')).join())`
  const words = ['--conditions=@hop3/source', '--input-type=module', '--eval', script]
  expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toBe('\n')
})
