import { describe, expect, it } from 'vitest'
import { agreesWith, comparable, isInRange, newestFor, newestIn, partsOf, rangeOf } from '../../src/versions/version-text.ts'

describe('a version that is asked for', () => {
  it.each([
    ['22', 'node', ['22.0.0', '22.21.1'], ['20.20.2', '23.0.0']],
    ['v22.4', 'node', ['22.4.7'], ['22.5.0']],
    ['3.3.5', 'ruby', ['3.3.5'], ['3.3.4']],
    ['3.12', 'python', ['3.12.1'], ['3.1.2', '3.11.9']],
    ['>=22.12 <25', 'node', ['22.12.0', '24.9.0'], ['22.11.0', '25.0.0']],
    ['^16 || ^18', 'node', ['16.1.0', '18.0.0'], ['17.0.0']],
    ['>=3.9,<4', 'python', ['3.9.0', '3.13.1'], ['3.8.18', '4.0.0']],
    ['~=3.9', 'python', ['3.9.0', '3.12.0'], ['3.8.18']],
    ['==3.12.*', 'python', ['3.12.7'], ['3.11.0']],
    ['>=3.8,!=3.9.1', 'python', ['3.10.0'], ['3.7.0']],
    ['~> 3.2', 'ruby', ['3.2.0', '3.4.1'], ['3.1.2p20', '4.0.0']],
    ['~> 1.14.2', 'elixir', ['1.14.5'], ['1.15.0']],
    ['^8.1|^9.0', 'php', ['8.3.1', '9.0.0'], ['8.0.30']],
    ['~8.1', 'php', ['8.1.0', '8.4.0'], ['9.0.0']],
    ['~20.1', 'node', ['20.1.9'], ['20.2.0']],
    ['8.1.*', 'php', ['8.1.30'], ['8.2.0']],
    ['>=17', 'java', ['17.0.15', '25'], ['11.0.2', '1.8.0_412']],
    ['8', 'java', ['1.8.0_412'], ['11.0.2']],
    ['17.0.15.1', 'java', ['17.0.15'], ['17.0.14']],
    ['1.6.0', 'crystal', ['1.6.0'], ['1.5.0', '1.6.1']],
    ['~> 1.6', 'crystal', ['1.6.0', '1.8.0'], ['1.5.0', '2.0.0']],
    ['>= 1.6.0, < 2.0', 'crystal', ['1.6.0', '1.7.0'], ['1.5.0', '2.0.0']],
    ['>=1.6.0 <1.7.0', 'crystal', ['1.6.0'], ['1.7.0', '1.8.0']],
    ['>=1.22', 'go', ['1.26.8', '1.22'], ['1.21.13']],
  ])('%s of %s', (text, language, within, outside) => {
    const range = rangeOf(text, language) ?? ''
    expect(within.filter((version) => !isInRange(version, range))).toEqual([])
    expect(outside.filter((version) => isInRange(version, range))).toEqual([])
  })

  it.each(['', 'lts', 'lts/jod', 'system', '<3', '>>1', 'file:x'].map((text) => [text]))('%j is none, or a range', (text) => {
    expect(rangeOf(text, 'node')).toBe(text === '<3' ? '<3' : undefined)
  })

  it('has numbers unless it is a range', () => {
    expect([partsOf('v22.4'), partsOf('3.3.5'), partsOf('^3'), partsOf('22.x')]).toEqual([[22, 4], [3, 3, 5], undefined, undefined])
    expect(agreesWith('20.20.2', [20, 1, 5], 1)).toBe(true)
    expect(agreesWith('3.11.2', [3, 12], 2)).toBe(false)
    expect(agreesWith('', [3], 1)).toBe(false)
  })
})

describe('the newest', () => {
  it('is no pre-release, and none outside the range', () => {
    expect(newestIn(['1.26rc1', '1.25.14', '1.25.9', '1.24.0'], '>=1.24')).toBe('1.25.14')
    expect(newestIn(['3.1.2p20', '3.0.6'], '3')).toBe('3.1.2p20')
    expect(newestIn(['23.0.0-nightly', ''], '>=1')).toBeUndefined()
  })

  it('of Node has long-term support, where the range takes one that has', () => {
    expect(newestIn(['22.1.0', '23.4.0', '24.1.0', '25.0.0'], '>=22', { prefers: 'even' })).toBe('24.1.0')
    expect(newestIn(['23.4.0', '23.1.0'], '>=22', { prefers: 'even' })).toBe('23.4.0')
  })

  it('of Java is the newest of the oldest major version', () => {
    expect(newestIn(['25.0.3', '21.0.1', '21.0.9', '17.0.1'], '>=21', { prefers: 'lowest-major' })).toBe('21.0.9')
  })

  it('is a near one where the exact one is missing', () => {
    expect(newestFor(['3.9.18', '3.9.7', '3.10.1'], { range: '3.9.2', near: '3.9' })).toBe('3.9.18')
    expect(newestFor(['3.10.1'], { range: '3.9.2', near: '3.9' })).toBeUndefined()
  })

  it('counts the old numbers of Java as the new ones', () => {
    expect([comparable('1.8.0_412'), comparable('25'), comparable('3.1.2p20'), comparable('none')]).toEqual([
      '8.0.412',
      '25.0.0',
      '3.1.2',
      undefined,
    ])
  })
})
