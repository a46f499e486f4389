import { expect, it } from 'vitest'
import { isWorkspaceMember } from '../src/index.ts'

it.each([
  [['apps/*'], 'apps/web', true],
  [['apps/*'], 'libs/web', false],
  [[], 'apps/web', false],
  [['apps/*', '!apps/old'], 'apps/old', false],
  [['!apps/old', 'apps/*'], 'apps/old', true],
  [['apps/*', '!apps/*', 'apps/web'], 'apps/web', true],
  [['apps/*', '!apps/*', 'apps/web'], 'apps/api', false],
  [['apps/**', '!apps/**/test'], 'apps/web/test', false],
  [['!apps/web'], 'apps/web', false],
])('%j has %s: %s', (patterns, directory, isMember) => {
  expect(isWorkspaceMember(patterns, directory)).toBe(isMember)
})
