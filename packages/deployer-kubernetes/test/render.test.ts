/** What would be applied, as text: golden, and taken by a real API server under the restricted profile. */
import { execFileSync } from 'node:child_process'
import { emptyDeployConfig, type DeployConfig, type RuntimeConfig } from '@hop3/core'
import { deploymentContextFor, releaseOf, testHost } from '@hop3/testing'
import { describe, expect, inject, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { kubectl } from './host-volume.ts'
import { imageArtifact } from './image-artifact.ts'

const skipped = inject('skipped')
const image = `registry.example.com/shop@sha256:${'1'.repeat(64)}`

interface Rendered {
  readonly runtime?: Partial<RuntimeConfig>
  readonly config?: Partial<DeployConfig>
  readonly options?: Readonly<Record<string, unknown>>
  readonly scale?: Readonly<Record<string, number>>
}

const apps: Readonly<Record<string, Rendered>> = {
  plain: {},
  everything: {
    runtime: {
      workers: { web: 'gunicorn app:app', 'cron-clean': '*/10 8-18 * * 1-5 python clean.py', Big_Worker: '' },
      healthcheckPath: '/health',
    },
    config: {
      domains: ['shop.example.com', 'www.example.com'],
      volumes: [{ name: 'uploads', path: '/app/uploads', origin: 'hop3.toml:1:1' }],
    },
    options: {
      memory: '512m',
      cpus: 0.5,
      data: '2Gi',
      'access-mode': 'ReadWriteMany',
      'ingress-class': 'nginx',
      'tls-secret': 'shop-tls',
      'read-only': true,
      'pull-secret': 'registry',
    },
    scale: { web: 3 },
  },
  scaling: {
    config: { scale: { web: 2 }, mostInstances: { web: 10 } },
    scale: { web: 2 },
    options: { 'cpu-request': 0.1, service: 'LoadBalancer' },
  },
  'without-web': { runtime: { workers: { worker: 'no' } }, scale: { worker: 0 } },
  gateway: { config: { domains: ['shop.example.com'] }, options: { gateway: 'infra/public' } },
  recreated: {
    config: { volumes: [{ name: 'uploads', path: '/app/uploads', origin: 'hop3.toml:1:1' }] },
    options: { 'storage-class': 'fast' },
  },
}

const render = async ({ runtime = {}, config, options = {}, scale = {} }: Rendered): Promise<string> => {
  const host = await testHost()
  const context = await deploymentContextFor(host, {
    release: releaseOf(host, 1),
    config: { ...emptyDeployConfig, target: 'kubernetes', ...config, options: { kubernetes: options } },
    appEnv: { API_KEY: 'a-value-nobody-may-read' },
    scale,
  })
  const artifact = imageArtifact(image, '/nowhere', { workers: { web: '' }, ...runtime }, { port: 8080 })
  const text = (await kubernetesDeployer.create(context, artifact).render?.()) ?? ''
  expect(text).toBe(await kubernetesDeployer.create(context, artifact).render?.())
  // What is of the home, which is another one each time.
  return text.replace(/(hop3\/home: )"?\w{12}"?/g, '$1<home>').replace(/-env-[a-f0-9]{16}/g, '-env-<digest>')
}

describe.each(Object.entries(apps))('%s', (name, app) => {
  test('is as it was', async () => {
    const text = await render(app)
    expect(text).not.toContain('a-value-nobody-may-read')
    expect(text, 'nothing that is applied with blanks for values').not.toMatch(/kind: Secret|: ""$/m)
    await expect(text).toMatchFileSnapshot(`__snapshots__/${name}.yaml`)
  })

  test.skipIf(skipped !== '')(
    `is accepted by a server, in a restricted namespace${skipped === '' ? '' : ` (${skipped})`}`,
    { timeout: 60_000 },
    async () => {
      const documents = (await render(app)).replaceAll('<home>', 'abcdefabcdef').replaceAll('<digest>', '0123456789abcdef')
      // The test's cluster has no Gateway API.
      const [before, ...all] = documents.split('---\n')
      expect(before).toMatch(/^# Secret shop-env-\w+ in hop3-shop is not in this file: .*\n# Its keys: .*API_KEY.*\n$/)
      const known = all.filter((one) => !one.includes('kind: HTTPRoute'))
      const namespace = known.find((one) => one.includes('kind: Namespace')) ?? ''
      const { kubectl: file, kubeconfig } = inject('kubernetes')
      const apply = (text: string, ...more: readonly string[]): string =>
        execFileSync(file, ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--force-conflicts', '--filename', '-', ...more], {
          input: text,
          encoding: 'utf8',
          stdio: 'pipe',
        })
      // Tests before may have left it, of another home.
      apply(namespace)
      try {
        expect(namespace).toContain('enforce: restricted')
        for (const one of known) expect(apply(one, '--dry-run=server')).toContain('serverside-applied')
        // A Deployment's pods meet the profile when they are made: each as a pod of its own.
        for (const one of known.filter((text) => text.includes('kind: Deployment'))) expect(warningsFor(one, file, kubeconfig)).toBe('')
      } finally {
        kubectl(['delete', 'namespace', 'hop3-shop', '--wait=true'])
      }
    },
  )
})

/** What the Pod Security profile has to say of a Deployment's pods: kubectl shows the server's warnings. */
function warningsFor(document: string, file: string, kubeconfig: string): string {
  const script = '"$0" --kubeconfig "$1" apply --server-side --dry-run=server --filename - 2>&1 >/dev/null | grep -i warning || true'
  return execFileSync('sh', ['-c', script, file, kubeconfig], { input: document, encoding: 'utf8' })
}
