import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packageUrl, type Component, type ComponentType } from '../../src/supply-chain/component.ts'
import { formatProvenance } from '../../src/supply-chain/provenance.ts'
import { formatSbom } from '../../src/supply-chain/sbom.ts'

const types: readonly ComponentType[] = ['cargo', 'composer', 'gem', 'golang', 'hex', 'maven', 'npm', 'nuget', 'pypi']
const components = fc
  .uniqueArray(
    fc.record({
      type: fc.constantFrom(...types),
      name: fc.stringMatching(/^@?[A-Za-z0-9._~+-]{1,20}(\/[A-Za-z0-9._~+-]{1,20})?$/),
      version: fc.stringMatching(/^[0-9A-Za-z.+!~-]{1,20}$/),
      hashes: fc.constantFrom({}, { 'SHA-256': 'ab'.repeat(32) }),
    }),
    { selector: packageUrl },
  )
  .map((list): readonly Component[] => list)

test('a bill of materials is CycloneDX, and the same for the same packages', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  await fc.assert(
    fc.asyncProperty(components, async (list) => {
      const text = formatSbom({ name: 'blog', version: 'abc' }, list)
      expect(await validator.validate(text)).toBeNull()
      expect(formatSbom({ name: 'blog', version: 'abc' }, list)).toBe(text)
      expect(formatSbom({ name: 'blog', version: 'abd' }, list)).not.toBe(text)
    }),
    { numRuns: 50 },
  )
})

test('package URLs are written as their specification says', () => {
  const urlOf = (type: ComponentType, name: string, version = '1.0.0'): string => packageUrl({ type, name, version })
  expect(urlOf('npm', '@angular/animation', '12.3.1')).toBe('pkg:npm/%40angular/animation@12.3.1')
  expect(urlOf('pypi', 'Django_Allauth', '12.23')).toBe('pkg:pypi/django-allauth@12.23')
  expect(urlOf('maven', 'org.apache.xmlgraphics:batik-anim', '1.9.1')).toBe('pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1')
  expect(urlOf('gem', 'ruby-advisory-db-check', '0.12.4')).toBe('pkg:gem/ruby-advisory-db-check@0.12.4')
  expect(urlOf('pypi', 'a', '1.0+local')).toBe('pkg:pypi/a@1.0%2Blocal')
})

test('a provenance names what was made of what, and claims no more than level 1', () => {
  const statement: unknown = JSON.parse(
    formatProvenance({
      appName: 'blog',
      builder: 'local',
      subject: { name: 'blog', sha256: 'aa' },
      source: { sha256: 'bb', gitCommit: 'cc' },
      recipe: [{ kind: 'plan', name: 'plan.json', sha256: 'dd' }],
      buildId: 'ee',
      startedOn: '2026-01-02T03:04:05.000Z',
      finishedOn: '2026-01-02T03:04:06.000Z',
      platform: 'linux/x64/glibc',
      dependencies: [{ uri: 'pkg:generic/node@24.1.0' }],
      byproducts: { 'sbom.cdx.json': 'ff' },
    }),
  )
  expect(statement).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'blog', digest: { sha256: 'aa' } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:hop3:build:plan:1',
        externalParameters: {
          app: 'blog',
          source: { digest: { sha256: 'bb', gitCommit: 'cc' } },
          plan: { name: 'plan.json', digest: { sha256: 'dd' } },
        },
        internalParameters: { platform: 'linux/x64/glibc' },
        resolvedDependencies: [{ uri: 'pkg:generic/node@24.1.0' }],
      },
      runDetails: {
        builder: { id: 'urn:hop3:builder:local' },
        metadata: { invocationId: 'ee', startedOn: '2026-01-02T03:04:05.000Z', finishedOn: '2026-01-02T03:04:06.000Z' },
        byproducts: [{ name: 'sbom.cdx.json', digest: { sha256: 'ff' } }],
      },
    },
  })
})
