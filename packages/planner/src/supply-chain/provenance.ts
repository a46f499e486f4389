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
  /** What was carried out: the plan, an image's Dockerfile, or the Dockerfile that was made from the plan. */
  readonly recipe: readonly Recipe[]
  /** What else was asked for: a stage, a platform. Never a value that may be secret. */
  readonly parameters?: Readonly<Record<string, unknown>>
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

export interface Recipe {
  readonly kind: 'plan' | 'dockerfile'
  /** The file's: `plan.json`. */
  readonly name: string
  /** In hex. */
  readonly sha256: string
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md, as much of it as is needed. */
export interface ResourceDescriptor {
  readonly uri: string
  readonly digest?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export function formatProvenance(facts: ProvenanceFacts): string {
  const { appName, builder, subject, source, recipe, parameters, platform, byproducts } = facts
  const files = recipe.map(({ kind, name, sha256 }) => [kind, { name, digest: { sha256 } }] as const)
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `urn:hop3:build:${recipe[0]?.kind ?? 'plan'}:1`,
        externalParameters: { app: appName, source: sourceOf(source), ...Object.fromEntries(files), ...parameters },
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
