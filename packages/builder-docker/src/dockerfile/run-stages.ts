/** The last stage of a Dockerfile: the image itself. */
import { posix } from 'node:path'
import { hop3Error, plainWords, visible } from '@hop3/core'
import { defaultImagePort } from '@hop3/core/docker'
import { appRoot, appUser } from './app-root.ts'
import { imageWorkers, type ImageWorkers } from './image-workers.ts'
import { runStage } from './images.ts'
import { appCopies, directory, pathLine, type PhaseStages } from './phase-stages.ts'
import { assignments, copyWords } from './quote.ts'
import { siteConfiguration } from './site-configuration.ts'
import { isSite, type Planned, type UsedLanguages } from './used-languages.ts'

export interface FinalStage {
  readonly lines: readonly string[]
  readonly images: readonly string[]
  readonly warnings: readonly string[]
}

interface RunRequest {
  readonly planned: Planned
  readonly appName: string
  readonly used: UsedLanguages
  readonly stages: PhaseStages
}

export function finalStage(request: RunRequest): FinalStage {
  const { planned } = request
  if (isSite(planned) && planned.plan.start?.runImage === undefined) return siteStage(request)
  return isStaticProgram(planned, request.used) ? programStage(request) : languageStage(request)
}

function siteStage({ planned, appName, stages }: RunRequest): FinalStage {
  const image = 'caddy:2'
  const needsSource = stages.last !== 'base' && !stages.hasSource
  const from = needsSource ? 'files' : stages.last === 'base' ? 'source' : stages.last
  const site = posix.join(appRoot, planned.runtime.workers['static'] ?? '')
  const { argv } = imageWorkers(planned)
  const files = needsSource ? [`FROM ${stages.last} AS files`, `COPY --from=source ${appRoot} ${appRoot}`, ''] : []
  return {
    lines: [
      ...files,
      `FROM ${image}`,
      ...labels(appName, image),
      siteConfiguration(planned.spa),
      `COPY --from=${from} ${copyWords(site, '/srv')}`,
      `ENV HOME="/tmp" XDG_CONFIG_HOME="/tmp" XDG_DATA_HOME="/tmp" ${port}`,
      `USER ${appUser}`,
      `EXPOSE ${defaultImagePort}`,
      'ENTRYPOINT []',
      `CMD ${JSON.stringify(argv['web'])}`,
    ],
    images: [image],
    warnings: [],
  }
}

function languageStage({ planned, appName, used, stages }: RunRequest): FinalStage {
  const stage = runStage(planned, used)
  const user = checkedUser(planned.plan.start?.user)
  const files = appCopies(stages, planned.plan.start?.onlyIncludeFiles, user)
  const hasUwsgi = planned.runtime.workers['wsgi'] !== undefined
  const workers = imageWorkers(planned)
  const { end, warnings } = ending(planned, `HOME="/home/app" ${port}`)
  return {
    lines: [
      ...files.stage,
      `FROM ${stage.image}`,
      ...labels(appName, stage.image),
      ...stage.lines,
      ...(planned.plan.start?.user === undefined ? [addUser] : []),
      ...(hasUwsgi ? [installUwsgi] : []),
      ...files.lines,
      ...end,
      `USER ${user}`,
      `EXPOSE ${defaultImagePort}`,
      'ENTRYPOINT []',
      ...command(workers),
    ],
    images: [stage.image, ...stage.copied],
    warnings: [...stage.warnings, ...warnings, ...workers.warnings],
  }
}

/** A program that needs nothing of a system but certificates, time zones and somebody to be. */
function programStage({ planned, appName, stages }: RunRequest): FinalStage {
  const user = checkedUser(planned.plan.start?.user)
  const workers = imageWorkers(planned)
  const app = appCopies(stages, planned.plan.start?.onlyIncludeFiles, user)
  const { end, warnings } = ending(
    planned,
    `HOME="/home/app" PATH="/usr/local/bin:/usr/bin:/bin" ZONEINFO="/usr/share/zoneinfo.zip" ${port}`,
  )
  return {
    lines: [
      ...app.stage,
      'FROM base AS files',
      'RUN mkdir -p /files/etc/ssl/certs /files/usr/share /files/tmp && chmod 1777 /files/tmp \\',
      "    && echo 'app:x:1000:1000::/home/app:/sbin/nologin' > /files/etc/passwd && echo 'app:x:1000:' > /files/etc/group \\",
      '    && cp /etc/ssl/certs/ca-certificates.crt /files/etc/ssl/certs/ && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /files/usr/share/ \\',
      '    && mkdir -p /home/app',
      '',
      'FROM scratch',
      ...labels(appName),
      'COPY --from=files /files /',
      `COPY --chown=${user} --from=files /home/app /home/app`,
      ...app.lines,
      ...end,
      `USER ${user}`,
      `EXPOSE ${defaultImagePort}`,
      ...command(workers),
    ],
    images: [],
    warnings: [...warnings, ...workers.warnings],
  }
}

/** A Go program without C, whose commands need no shell. */
function isStaticProgram({ plan, runtime }: Planned, { run }: UsedLanguages): boolean {
  const phases = Object.values(plan.phases)
  const compiles = phases.filter(({ cmds }) => cmds.some((command) => /\bgo (?:build|install)\b/.test(command)))
  return (
    run.length === 1 &&
    run[0]?.name === 'go' &&
    plan.buildImage === undefined &&
    plan.start?.runImage === undefined &&
    phases.every(({ aptPkgs = [] }) => aptPkgs.length === 0) &&
    compiles.length > 0 &&
    compiles.every(({ variables = {} }) => ({ ...plan.variables, ...variables })['CGO_ENABLED'] === '0') &&
    [...Object.values(runtime.workers), ...runtime.beforeRun].every((one) => plainWords(one) !== undefined)
  )
}

const port = `PORT="${defaultImagePort}" BIND_ADDRESS="0.0.0.0"`
/** Any system's shell can do this; some images have somebody of that number. */
const addUser =
  "RUN { grep -q '^[^:]*:[^:]*:1000:' /etc/passwd || { echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd && echo 'app:x:1000:' >> /etc/group; }; } \\\n    && mkdir -p /home/app && chown 1000:1000 /home/app"
/** The uWSGI of native deployments, run by the app's own Python, whose packages do not see it. */
const installUwsgi = `RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --target /opt/uwsgi pyuwsgi==2.0.30.post1 \\
    && printf '%s\\n' 'import sys' 'import pyuwsgi' 'del sys.path[0]' 'pyuwsgi.run(sys.argv[1:])' > /opt/uwsgi/run.py \\
    && printf '%s\\n' '#!/bin/sh' 'exec python3 /opt/uwsgi/run.py "$@"' > /usr/local/bin/uwsgi && chmod 755 /usr/local/bin/uwsgi`

function labels(appName: string, base?: string): readonly string[] {
  const values = {
    'org.opencontainers.image.title': appName,
    ...(base !== undefined && { 'org.opencontainers.image.base.name': base }),
    'hop3.app': appName,
  }
  return [
    `LABEL ${Object.entries(values)
      .map(([name, value]) => `${name}="${value.replace(/[\\"$]/g, '\\$&')}"`)
      .join(' ')}`,
  ]
}

/** The environment and the directory of every process. Values that no Dockerfile can hold are the deployer's to give. */
function ending({ plan, runtime }: Planned, own: string): { readonly end: readonly string[]; readonly warnings: readonly string[] } {
  const places = Object.entries(runtime.envPaths).map(([name, path]) => [name, posix.join(appRoot, path)] as const)
  const { written, refused } = assignments({ ...runtime.envVars, ...Object.fromEntries(places) })
  return {
    end: [
      `ENV ${own}`,
      ...(written.length === 0 ? [] : [`ENV ${written.join(' \\\n    ')}`]),
      ...(runtime.pathPrepend.length === 0 ? [] : [pathLine(runtime.pathPrepend)]),
      `WORKDIR ${directory(plan)}`,
    ],
    warnings: refused.map(
      (name) => `${visible(name)} is not in the image's own environment, which cannot hold it; what deploys the image gives it.`,
    ),
  }
}

function command({ workers, argv }: ImageWorkers): readonly string[] {
  const web = workers['web']
  if (web === undefined) return []
  return [`CMD ${JSON.stringify(argv['web'] ?? ['/bin/sh', '-c', web])}`]
}

function checkedUser(user: string | undefined): string {
  if (user === undefined) return appUser
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(user)) return user
  throw hop3Error('build.dockerfile.user', `The plan's start.user is ${visible(user)}, which is no user of an image.`, {
    hint: 'Write a name or a number, like `user = "www-data"` or `user = "1000:1000"`.',
  })
}
