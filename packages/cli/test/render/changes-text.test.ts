import { expect, it } from 'vitest'
import { changesText } from '../../src/render/changes-text.ts'

const plain = (_style: string, text: string): string => text

it('has each object with its fields, no value of a secret, and how many there are', () => {
  const text = changesText(
    'r000002-1f3a9c2e',
    [
      { action: 'create', kind: 'Secret', name: 'shop-env-2', fields: [] },
      {
        action: 'change',
        kind: 'Deployment',
        name: 'shop-web',
        fields: [
          { path: 'spec.replicas', before: 1, after: 2 },
          { path: 'metadata.labels["a/b"]', before: 'red\u001b[31m' },
          { path: 'spec.paused', after: true },
        ],
      },
      { action: 'change', kind: 'Secret', name: 'other', fields: [{ path: 'data.KEY', isSecret: true }] },
      { action: 'delete', kind: 'Secret', name: 'shop-env-1', fields: [] },
    ],
    plain,
  )
  expect(text).toBe(
    [
      '+ Secret shop-env-2',
      '~ Deployment shop-web',
      '    spec.replicas: 1 → 2',
      '    metadata.labels["a/b"]: "red\\u001b[31m" → none',
      '    spec.paused: none → true',
      '~ Secret other',
      '    data.KEY: another value, which is not shown',
      '- Secret shop-env-1',
      'r000002-1f3a9c2e would create 1, change 2 and delete 1. Nothing was changed on the cluster.',
    ].join('\n'),
  )
})

it('says so where nothing would change', () => {
  expect(changesText('r000002-1f3a9c2e', [], plain)).toBe('r000002-1f3a9c2e would change nothing.')
})
