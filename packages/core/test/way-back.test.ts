import { expect, test } from 'vitest'
import { hop3Error } from '../src/errors.ts'
import { goBack } from '../src/way-back.ts'

test('every step is gone, and the first error says which failed', async () => {
  const gone: string[] = []
  const steps: Parameters<typeof goBack>[1] = async (attempt) => {
    await attempt(() => Promise.reject(new Error('no space is left')))
    await attempt(async () => void gone.push('second'))
  }
  const first = hop3Error('deploy.proxy.verify', 'It does not hold.', { details: { release: 'r1' } })
  expect(await goBack(first, steps)).toMatchObject({ code: 'deploy.proxy.verify', details: { release: 'r1', undo: ['no space is left'] } })
  expect(await goBack(new Error('the system'), steps)).toMatchObject({ message: expect.stringMatching(/^the system; .*no space is left$/) })
  expect(gone).toEqual(['second', 'second'])
})
