/** What `hop3 render --target kubernetes` prints of the examples, taken by a real API server where only the restricted profile is let in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { exampleNames } from '../../src/example-source.ts'
import { goldenRenderings } from '../../src/golden.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

const namespace = 'hop3-rendered'

describeOnCluster({ timeout: 120_000 }, () => {
  beforeAll(() => {
    const metadata = {
      name: namespace,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' },
    }
    cluster.kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
  })
  afterAll(() => void cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']))

  it.each(exampleNames())('every document of %s is taken without a warning, and so is each pod it makes', (name) => {
    const text = readFileSync(join(goldenRenderings, name, 'kubernetes.yaml'), 'utf8')
    const documents = text.split('---\n').slice(1)
    expect(documents.length).toBeGreaterThan(1)
    const taken = dryRun(text.replaceAll(new RegExp(`\\bhop3-${name}$`, 'gm'), namespace))
    expect(taken).toHaveLength(documents.length)
    // The profile is enforced on pods alone: who makes them has only been warned.
    const pods = taken.flatMap((object) => podsOf(object))
    expect(pods.length).toBeGreaterThan(0)
    expect(dryRun(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }))).toHaveLength(pods.length)
  })

  it('what the profile does not let in is refused', () => {
    const text = readFileSync(join(goldenRenderings, 'node-http', 'kubernetes.yaml'), 'utf8').replaceAll('hop3-node-http', namespace)
    expect(text).toContain('runAsNonRoot: true')
    const [allowed] = dryRun(text).flatMap((object) => podsOf(object))
    const asRoot = { ...allowed, spec: { ...allowed?.spec, securityContext: {} } }
    expect(() => dryRun(JSON.stringify(asRoot))).toThrow(/violates PodSecurity "restricted:latest"/)
    expect(() => dryRun(text.replace('runAsNonRoot: true', 'runAsNonRoot: false'))).toThrow(/Warning: would violate PodSecurity/)
  })
})

const objectSchema = z.object({ metadata: z.object({ name: z.string() }), spec: z.unknown().optional() })
const pod = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: z.record(z.string(), z.unknown()) })
const maker = z.object({ template: pod })
/** Of a Deployment, and of a CronJob. */
const makers = z.union([maker, z.object({ jobTemplate: z.object({ spec: maker }) }).transform(({ jobTemplate }) => jobTemplate.spec)])

type Taken = z.output<typeof objectSchema>

/** What the server would have. Throws what it refuses or warns of. */
function dryRun(text: string): readonly Taken[] {
  const words = ['apply', '--dry-run=server', '--warnings-as-errors', '--output', 'json', '--filename', '-']
  const said: unknown = JSON.parse(cluster.kubectl(words, text))
  const list = z.object({ items: z.array(objectSchema) }).safeParse(said)
  return list.success ? list.data.items : [objectSchema.parse(said)]
}

function podsOf({ metadata: { name }, spec }: Taken): readonly { readonly spec: object; readonly [key: string]: unknown }[] {
  const found = makers.safeParse(spec)
  if (!found.success) return []
  const { template } = found.data
  const { labels } = template.metadata
  return [{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: template.spec }]
}
