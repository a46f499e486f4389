/** What runs: the pod of a worker, or of one command. Pure. */
import type { AppInput, HealthCheck, WorkerInput } from './app-input.ts'
import { label, ownLabels } from './names.ts'

/** Where `$HOP3_DATA` is in every container. */
export const dataPath = '/hop3/data'

export const containerName = 'app'

/** `isLasting`: a worker that is started again where it ends, and not a command that runs once. */
export function podTemplate(input: AppInput, worker: WorkerInput, { isLasting }: { readonly isLasting: boolean }) {
  const { owner, release, generation, user, pullSecrets } = input
  const pause = worker.web !== undefined && isLasting ? input.options.drainDelay : 0
  return {
    metadata: {
      labels: {
        ...ownLabels(owner),
        [label.worker]: worker.worker,
        [label.release]: release,
        [label.generation]: String(generation),
        ...(isExclusive(input) ? onOneNode : {}),
      },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // So that a command is no first process, which ignores SIGTERM unless it says otherwise and has to bury others' children.
      shareProcessNamespace: true,
      restartPolicy: isLasting ? 'Always' : 'Never',
      terminationGracePeriodSeconds: Math.max(1, Math.ceil(input.stopTimeout)) + pause,
      securityContext: {
        ...(user === 0
          ? {}
          : {
              runAsNonRoot: true,
              ...(user === undefined ? {} : { runAsUser: user, fsGroup: user, fsGroupChangePolicy: 'OnRootMismatch' }),
            }),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
      ...placement(input, worker, isLasting),
      containers: [container(input, worker, pause)],
      volumes: [
        ...scratchPlaces(input).map(({ name }) => ({ name, emptyDir: {} })),
        ...input.volumes.map(({ claim }, index) => ({ name: `volume-${index}`, persistentVolumeClaim: { claimName: claim } })),
      ],
    },
  }
}

function container(input: AppInput, worker: WorkerInput, pause: number) {
  const { options, user } = input
  const [file, ...args] = (worker.argv ?? []).map(literal)
  const { limits } = worker
  const hasLimits = Object.keys(limits).length > 0
  const hasRequests = Object.keys(options.requests).length > 0
  return {
    name: containerName,
    image: input.image,
    imagePullPolicy: 'IfNotPresent',
    ...(file === undefined ? {} : { command: [file], ...(args.length === 0 ? {} : { args }) }),
    ...(input.workingDir === '' ? {} : { workingDir: input.workingDir }),
    envFrom: [{ secretRef: { name: input.environment.name } }],
    env: Object.entries(worker.environment).map(([name, value]) => ({ name, value: literal(value) })),
    ...(worker.web === undefined
      ? {}
      : { ports: [{ name: 'http', containerPort: worker.web.port, protocol: 'TCP' }], ...probes(worker.web) }),
    ...(pause === 0 ? {} : { lifecycle: { preStop: sleep(input, pause) } }),
    ...(hasLimits || hasRequests
      ? { resources: { ...(hasLimits ? { limits } : {}), ...(hasRequests ? { requests: options.requests } : {}) } }
      : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      ...(user === 0 ? {} : { capabilities: { drop: ['ALL'] } }),
      ...(options.isReadOnly ? { readOnlyRootFilesystem: true } : {}),
    },
    volumeMounts: [
      ...scratchPlaces(input).map(({ name, path }) => ({ name, mountPath: path })),
      ...input.volumes.map(({ path }, index) => ({ name: `volume-${index}`, mountPath: path })),
    ],
  }
}

/** `$(NAME)` is a reference and `$$` one dollar: doubled, every dollar is itself. */
const literal = (text: string): string => text.replaceAll('$', '$$$$')

/** What a pod may write to and takes with it when it goes. */
function scratchPlaces({ volumes, options }: AppInput): readonly { readonly name: string; readonly path: string }[] {
  return [{ name: 'data', path: dataPath }, ...(options.isReadOnly ? [{ name: 'tmp', path: '/tmp' }] : [])].filter(
    ({ path }) => !volumes.some((one) => one.path === path),
  )
}

function sleep({ facts }: AppInput, seconds: number) {
  return facts.canSleep
    ? { sleep: { seconds } }
    : // Before Kubernetes 1.30. An image without a shell ends at once.
      { exec: { command: ['/bin/sh', '-c', `sleep ${seconds}`] } }
}

function probes({ check, patience }: NonNullable<WorkerInput['web']>) {
  const ask = question(check)
  return {
    // Longer than a roll-out waits: what never becomes ready is there to be looked at.
    startupProbe: { ...ask, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: patience + 30 },
    readinessProbe: { ...ask, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...ask, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
  }
}

function question(check: HealthCheck) {
  if (check.kind === 'get') return { httpGet: { path: check.path, port: 'http', scheme: 'HTTP' } }
  return check.kind === 'connect' ? { tcpSocket: { port: 'http' } } : { exec: { command: check.argv.map(literal) } }
}

/** A volume for one node at a time: the new pod might wait on another one for ever. */
export function isExclusive({ volumes, options }: Pick<AppInput, 'volumes' | 'options'>): boolean {
  return volumes.length > 0 && options.accessMode === 'ReadWriteOnce'
}

const onOneNode = { [label.volumes]: 'one-node' } as const

function placement(input: AppInput, worker: WorkerInput, isLasting: boolean) {
  if (isExclusive(input)) return { affinity: { podAffinity: besides(input, isLasting && lastingPods(input) <= 1) } }
  return isLasting ? { topologySpreadConstraints: [spread(input, worker)] } : {}
}

/** Of those that last. An autoscaler's are as many as there may be. */
const lastingPods = ({ workers }: AppInput): number =>
  workers.reduce((sum, { kind, replicas, most = replicas }) => sum + (kind === 'cron' ? 0 : most), 0)

/**
 * All pods with the volumes on the node that has them, those of one command, too. The first of them may go anywhere, because the cluster lets
 * a pod that is of those it wants to be with begin; what ran before the app had volumes has not this label, and draws nobody to its node.
 * Who is alone only prefers it: a node that is emptied or lost has the pod that is ending for a while yet, and takes no other.
 */
function besides({ owner }: AppInput, isAlone: boolean) {
  const term = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: { [label.app]: owner.app, [label.managedBy]: 'hop3', ...onOneNode } },
  }
  return isAlone
    ? { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] }
    : { requiredDuringSchedulingIgnoredDuringExecution: [term] }
}

/** Where there are several nodes, not all on one. */
function spread({ owner }: AppInput, { worker }: WorkerInput) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { [label.app]: owner.app, [label.worker]: worker } },
    matchLabelKeys: ['pod-template-hash'],
  }
}
