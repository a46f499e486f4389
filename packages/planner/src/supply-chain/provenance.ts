/**
 * How an artifact came about: an in-toto statement (https://in-toto.io/Statement/v1) with SLSA's provenance (https://slsa.dev/provenance/v1),
 * build level 1. Nobody has signed it: it is what the builder says of itself.
 */

export interface ProvenanceFacts {
  readonly appName: string
  /** `local`, `docker`, …: who built. */
  readonly builder: string
  /** What was made: the digest of a release's tree, or an image's. SHA-256 in hex. */
  readonly subject: { readonly name: string; readonly sha256: string }
  readonly source: { readonly sha256: string; readonly gitCommit?: string }
  /** SHA-256 of plan.json, in hex. */
  readonly plan: string
  readonly buildId: string
  /** ISO 8601. */
  readonly startedOn: string
  readonly finishedOn: string
  readonly platform: string
  /** Tools and base images. */
  readonly dependencies: readonly ResourceDescriptor[]
  /** What was written beside the artifact, by name: SHA-256 in hex. */
  readonly byproducts: Readonly<Record<string, string>>
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md, as much of it as is needed. */
export interface ResourceDescriptor {
  readonly uri: string
  readonly digest?: Readonly<Record<string, string>>
}

export function formatProvenance(facts: ProvenanceFacts): string {
  const { appName, builder, subject, source, plan, platform, byproducts } = facts
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:hop3:build:plan:1',
        externalParameters: { app: appName, source: sourceOf(source), plan: { name: 'plan.json', digest: { sha256: plan } } },
        internalParameters: { platform },
        resolvedDependencies: facts.dependencies,
      },
      runDetails: {
        builder: { id: `urn:hop3:builder:${builder}` },
        metadata: { invocationId: facts.buildId, startedOn: facts.startedOn, finishedOn: facts.finishedOn },
        byproducts: Object.entries(byproducts).map(([name, sha256]) => ({ name, digest: { sha256 } })),
      },
    },
  }
  return `${JSON.stringify(statement, undefined, 2)}\n`
}

function sourceOf({ sha256, gitCommit }: ProvenanceFacts['source']): Readonly<Record<string, unknown>> {
  return { digest: { sha256, ...(gitCommit === undefined ? {} : { gitCommit }) } }
}
