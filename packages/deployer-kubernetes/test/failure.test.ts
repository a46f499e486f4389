import { expect, test } from 'vitest'
import { answerFailure } from '../src/client/failure.ts'

const said = (status: number, message: string) =>
  answerFailure({ status, body: { message } }, { method: 'PATCH', path: '/x' }, { what: 'Cannot apply it', app: 'shop' }, 'tests')

test.each<[string, number, string, object]>([
  [
    'storage that cannot grow, which is no missing right',
    403,
    'persistentvolumeclaims "shop-data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    { code: 'deploy.kubernetes.invalid', hint: expect.stringContaining('the size that was there') },
  ],
  ['a right', 403, 'secrets is forbidden: User "limited" cannot patch', { code: 'deploy.kubernetes.forbidden' }],
  [
    'a namespace that is not there',
    404,
    'namespaces "team" not found',
    { code: 'deploy.kubernetes.refused', hint: 'Make it: kubectl create namespace team. Or name another.' },
  ],
  [
    'what is not known',
    500,
    'etcd leader changed',
    { code: 'deploy.kubernetes.refused', hint: expect.stringContaining('run the command again') },
  ],
])('an answer tells %s', (_, status, message, failure) => {
  expect(said(status, message)).toMatchObject(failure)
})
