/** All that the objects of one release of an app are made of: plain data, so that every kind is a pure function of it. */
import type { KubernetesOptions } from '../kubernetes-options.ts'
import type { ClusterFacts } from '../cluster-facts.ts'
import type { WorkerKind } from '@hop3/core'
import type { Owner } from './names.ts'

export interface AppInput {
  readonly owner: Owner
  readonly namespace: string
  /** Made by Hop3, and gone with the app. */
  readonly isOwnNamespace: boolean
  readonly release: string
  readonly generation: number
  /** With its digest. */
  readonly image: string
  readonly workingDir: string
  readonly user: number | undefined
  readonly workers: readonly WorkerInput[]
  /** What every process of the app is given. */
  readonly environment: EnvironmentInput
  readonly volumes: readonly VolumeInput[]
  /** Host names; `_` is any. */
  readonly domains: readonly string[]
  readonly stopTimeout: number
  readonly options: KubernetesOptions
  readonly facts: ClusterFacts
  /** Names of Secrets with credentials of registries. */
  readonly pullSecrets: readonly string[]
}

export interface WorkerInput {
  readonly worker: string
  readonly kind: WorkerKind
  /** The whole argv; undefined for the image's own. */
  readonly argv: readonly string[] | undefined
  readonly replicas: number
  /** Given: the cluster says how many there are, from `replicas` to this. */
  readonly most?: number
  /** Its own variables; they win over those of the app. */
  readonly environment: Readonly<Record<string, string>>
  readonly limits: KubernetesOptions['limits']
  readonly web?: WebInput
  /** Of a cron worker: five fields as Kubernetes reads them, and whose clock. */
  readonly schedule?: { readonly fields: string; readonly timeZone: string }
}

export interface WebInput {
  readonly port: number
  readonly check: HealthCheck
  /** Seconds it has to become healthy. */
  readonly patience: number
}

/** How it is asked whether it is healthy. */
export type HealthCheck =
  | { readonly kind: 'connect' }
  | { readonly kind: 'get'; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }

export interface EnvironmentInput {
  /** Of the Secret, made from the values. */
  readonly name: string
  readonly values: Readonly<Record<string, string>>
}

export interface VolumeInput {
  /** Of the claim. */
  readonly claim: string
  readonly path: string
  readonly size: string
}
