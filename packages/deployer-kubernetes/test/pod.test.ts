/** What a pod is told of how it ends, and where it may be. */
import { expect, test } from 'vitest'
import { appObjects } from '../src/app-objects.ts'
import { kubernetesOptions } from '../src/kubernetes-options.ts'
import type { AppInput, WorkerInput } from '../src/objects/app-input.ts'
import { cronJob } from '../src/objects/cron-job.ts'
import { commandJob } from '../src/objects/job.ts'
import { podTemplate } from '../src/objects/pod.ts'

const web: WorkerInput = {
  worker: 'web',
  kind: 'web',
  argv: undefined,
  replicas: 2,
  environment: {},
  limits: {},
  web: { port: 8080, check: { kind: 'connect' }, patience: 30 },
}
const { web: _, ...clock } = { ...web, worker: 'clock', kind: 'worker' as const }

const inputOf = (kubernetes: Readonly<Record<string, unknown>>, given: Partial<AppInput> = {}): AppInput => ({
  owner: { app: 'shop', mark: 'abcdefabcdef' },
  namespace: 'hop3-shop',
  isOwnNamespace: true,
  release: 'r000001-1f3a9c2e',
  generation: 1,
  image: 'registry.example.com/shop',
  workingDir: '',
  user: 1000,
  workers: [web, clock],
  environment: { name: 'shop-env', values: {} },
  volumes: [],
  domains: [],
  stopTimeout: 30,
  options: kubernetesOptions({ options: { kubernetes } }),
  facts: { canSleep: true, hasGateways: false },
  pullSecrets: [],
  ...given,
})

const specOf = (input: AppInput, worker: WorkerInput, isLasting = true) => podTemplate(input, worker, { isLasting }).spec

test.each<readonly [object, number, unknown]>([
  [{}, 33, { preStop: { sleep: { seconds: 3 } } }],
  [{ 'drain-delay': 25 }, 55, { preStop: { sleep: { seconds: 25 } } }],
  [{ 'drain-delay': 0 }, 30, undefined],
])('with %j a web pod has %i seconds to end', (table, seconds, lifecycle) => {
  const { terminationGracePeriodSeconds, containers } = specOf(inputOf({ ...table }), web)
  expect(terminationGracePeriodSeconds).toBe(seconds)
  expect(Object(containers[0]).lifecycle).toEqual(lifecycle)
})

test('only what a Service sends requests to pauses, where there is no such pause by a program', () => {
  const input = inputOf({ 'drain-delay': 25 }, { facts: { canSleep: false, hasGateways: false } })
  const exec = { command: ['/bin/sh', '-c', 'sleep 25'] }
  expect(Object(specOf(input, web).containers[0]).lifecycle).toEqual({ preStop: { exec } })
  for (const spec of [specOf(input, clock), specOf(input, web, false)]) {
    expect(spec.terminationGracePeriodSeconds).toBe(30)
    expect(spec.containers[0]).not.toHaveProperty('lifecycle')
  }
})

const volumes = [{ claim: 'shop-data', path: '/hop3/data', size: '1Gi' }]

test('all that mount a volume for one node are drawn to one node, and are among what draws', () => {
  const input = inputOf({}, { volumes })
  const all = [
    podTemplate(input, web, { isLasting: true }),
    podTemplate(input, clock, { isLasting: true }),
    Object(cronJob(input, clock)['spec']).jobTemplate.spec.template,
    Object(commandJob(input, clock, { name: 'shop-exec-1', starter: '' })['spec']).template,
  ]
  const rules = all.map(({ spec }) => spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution)
  for (const { metadata, spec } of all) {
    expect(spec).not.toHaveProperty('topologySpreadConstraints')
    for (const [rule, ...others] of rules) {
      expect(others).toEqual([])
      expect(rule).toMatchObject({ topologyKey: 'kubernetes.io/hostname' })
      expect(metadata.labels).toMatchObject(rule.labelSelector.matchLabels)
    }
  }
  const [[rule]] = rules
  const other = podTemplate(inputOf({}, { volumes, owner: { ...input.owner, app: 'blog' } }), web, { isLasting: true })
  const before = podTemplate(inputOf({}), web, { isLasting: true })
  for (const { metadata } of [other, before]) expect(metadata.labels).not.toMatchObject(rule.labelSelector.matchLabels)
})

test('who is alone may leave a node where its predecessor is still ending, and its commands may not', () => {
  const affinityOf = (workers: readonly WorkerInput[], isLasting = true) =>
    Object(specOf(inputOf({}, { volumes, workers }), web, isLasting)).affinity.podAffinity
  const alone = { ...web, replicas: 1 }
  const { requiredDuringSchedulingIgnoredDuringExecution: required } = affinityOf([alone], false)
  expect(affinityOf([alone, { ...clock, kind: 'cron' }])).toEqual({
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: required[0] }],
  })
  for (const several of [[alone, clock], [web], [{ ...alone, most: 3 }]])
    expect(affinityOf(several)).toEqual({ requiredDuringSchedulingIgnoredDuringExecution: required })
})

test.each<readonly [object, Partial<AppInput>]>([
  [{}, {}],
  [{ 'access-mode': 'ReadWriteMany' }, { volumes }],
])('others are spread over the nodes, and are kept when one is emptied: %j', (table, given) => {
  const input = inputOf({ ...table }, given)
  expect(specOf(input, web)).toMatchObject({ topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname' }] })
  expect(specOf(input, web)).not.toHaveProperty('affinity')
  expect(specOf(input, web, false)).not.toHaveProperty('topologySpreadConstraints')
  expect(appObjects(input).map(({ kind }) => kind)).toContain('PodDisruptionBudget')
})

test('of pods that are on one node for its volume none keeps it from being emptied', () => {
  expect(appObjects(inputOf({}, { volumes })).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget')
})
