import { hop3Error } from '@hop3/core'
import { expect, test } from 'vitest'
import { failureLines } from '../src/each-app.ts'

test('what failed is a line for each app, and each hint is said once', () => {
  const denied = (app: string) => ({
    app,
    error: hop3Error('environment.permission', `Cannot read ${app}: permission denied`, { hint: 'Set HOP3_HOME.' }),
  })
  expect(failureLines([denied('blog'), denied('shop'), { app: 'wiki', error: hop3Error('internal.unexpected', 'wiki: broken') }])).toEqual([
    'blog: Cannot read blog: permission denied',
    'shop: Cannot read shop: permission denied',
    'wiki: wiki: broken',
    'hint: Set HOP3_HOME.',
  ])
})
