import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readAppConfig } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

const read = async (appJson: string, files = {}) => readAppConfig({ sourcePath: await tempApp({ 'app.json': appJson, ...files }) })

describe('app.json', () => {
  test('gives metadata, env, scale and health check', async () => {
    const config = await read(
      JSON.stringify(
        {
          name: 'Shop',
          description: 'Sells',
          keywords: ['x'],
          env: {
            A: 'b',
            S: { generator: 'secret' },
            V: { value: 'v', description: 'd' },
            NEEDED: { description: 'd' },
            MAYBE: { required: false },
          },
          formation: { web: { quantity: 2, size: 'basic' }, worker: {} },
          healthchecks: { web: [{ type: 'startup', path: '/up', timeout: 9 }] },
          scripts: { postdeploy: 'x' },
        },
        null,
        1,
      ),
    )
    expect(config).toMatchObject({
      metadata: { title: 'Shop', description: 'Sells' },
      env: { A: { value: 'b' }, S: { kind: 'generate', format: 'hex', length: 64 }, V: { value: 'v' } },
      deploy: { scale: { web: 2 } },
      runtime: { healthcheckPath: '/up', healthcheckTimeout: 9 },
      origins: { 'env.A': 'app.json:8:3' },
    })
    expect(Object.keys(config.env)).toEqual(['A', 'S', 'V'])
    expect(config.warnings).toHaveLength(2)
    expect(config.warnings[0]).toMatch(/^app\.json:16:3: the app expects NEEDED/)
    expect(config.warnings[1]).toMatch(/^app\.json:\d+:2: scripts \(postdeploy\) do not run here/)
  })

  test('gives way to hop3.toml', async () => {
    const config = await read('{"env": {"A": "low", "B": "low"}}', { 'hop3.toml': '[env]\nA = "high"' })
    expect(config.env).toMatchObject({ A: { value: 'high' }, B: { value: 'low' } })
  })

  test('leaves another tool’s file alone', async () => {
    expect((await read('{"expo": {"name": "x"}, "env": 3}')).env).toEqual({})
  })

  test.each([
    ['{"env": {\n "A": 1}}', 'config.invalid', 'app.json:2:2: env.A must be a string or an object; it is the number 1.'],
    [
      '{"formation": {"web": {"quantity": "2"}}}',
      'config.invalid',
      'app.json:1:24: formation.web.quantity must be a whole number; it is "2".',
    ],
    ['[]', 'config.invalid', 'app.json:1:1: app.json must hold an object; it is a list.'],
    ['{"env": {}', 'config.syntax', 'app.json:1:11: '],
    ['{"env": {"A B": "x"}}', 'config.env-name', 'app.json:1:10: "A B"'],
  ])('%j is an error', async (text, code, message) => {
    const error = await rejectionOf(read(text))
    expect(error.code).toBe(code)
    expect(error.message.slice(0, message.length)).toBe(message)
  })
})
