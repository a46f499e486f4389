import { hop3Error } from '@hop3/core'
import { expect, test } from 'vitest'
import { failuresText } from '../../src/render/error-text.ts'
import { createPaint } from '../../src/render/style.ts'

test('what failed is a line for each app, and each hint is said once', () => {
  const denied = (app: string) => ({
    app,
    error: hop3Error('environment.permission', `Cannot read ${app}: permission denied`, { hint: 'Set HOP3_HOME.' }),
  })
  const plain = createPaint({ write: () => true, on: () => {} }, {})
  const held = { app: 'wiki', error: hop3Error('lock.held', 'Another command is at work.') }
  expect(failuresText([denied('blog'), denied('shop'), held], plain, false).split('\n')).toEqual([
    'error: blog: Cannot read blog: permission denied [environment.permission]',
    'error: shop: Cannot read shop: permission denied [environment.permission]',
    'error: wiki: Another command is at work. [lock.held]',
    'hint: Set HOP3_HOME.',
  ])
})
