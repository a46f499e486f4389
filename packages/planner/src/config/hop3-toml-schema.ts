/**
 * Every section and key of hop3.toml. Keys stand here as they are documented, with hyphens; underscores are read as the same key
 * (`canonical-keys.ts`). Strict: an unknown key is an error that names the nearest known one (`config-problem.ts`).
 *
 * A table's schema is made when a document has the table: most have three of them, and making all takes longer than reading the file.
 */
import { isAppName } from '@hop3/core'
import * as z from 'zod/mini'
import {
  command,
  commands,
  containerPath,
  flag,
  innerDirectory,
  instances,
  instancesOrRange,
  oneOf,
  port,
  seconds,
  providerName,
  strategyName,
  table,
  tableOf,
  volumeName,
  text,
  texts,
  urlPath,
} from './hop3-toml-fields.ts'

const metadata = () =>
  table({
    id: z.exactOptional(text.check(z.refine(isAppName, 'must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter'))),
    version: z.exactOptional(text),
    title: z.exactOptional(text),
    description: z.exactOptional(text),
    author: z.exactOptional(text),
    license: z.exactOptional(text),
  })

/** `[build.python]` and the like are handed to the strategy of that name, which validates them. */
const options = tableOf(z.unknown())

const build = once(() =>
  z.catchall(
    z.partial(
      z.object(
        {
          strategy: strategyName,
          builder: strategyName,
          method: strategyName,
          toolchain: providerName,
          toolchains: z.array(providerName, { error: 'must be a list of toolchain names' }),
          root: innerDirectory,
          'before-build': commands,
          build: commands,
          'after-build': commands,
          test: commands,
          packages: texts,
          'pip-install': texts,
          ignore: texts,
          'ignore-file': text,
          plan: options,
        },
        { error: 'must be a table' },
      ),
    ),
    options,
  ),
)

const run = () =>
  z.partial(
    table({
      start: commands,
      'before-run': commands,
      packages: texts,
      'start-timeout': seconds,
      healthcheck: urlPath,
      'healthcheck-timeout': seconds,
      workers: tableOf(command),
    }),
  )

const generated = () =>
  table({
    generate: oneOf(['hex', 'base64', 'urlsafe', 'password', 'uuid']),
    length: z.optional(
      z.int({ error: 'must be a whole number' }).check(z.minimum(8, 'must be 8 or more'), z.maximum(1024, 'must be 1024 or less')),
    ),
    prefix: z.optional(text),
    display: z.optional(flag),
  })
const noNul = () => text.check(z.refine((value) => !value.includes('\0'), 'must not contain a NUL character'))
const env = () => tableOf(z.union([noNul(), generated()], { error: 'must be a string or { generate = "hex" }' }))

const domain = () =>
  text.check(
    z.regex(
      /^(?:_|(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*)$/i,
      'must be a host name such as "www.example.com", or "_" for every name',
    ),
  )
const containerPort = () =>
  z.union([port, z.partial(table({ container: port, public: port, https: flag }))], {
    error: 'must be a port number or a table',
  })
const fixedPort = () => table({ number: port, protocol: z.optional(oneOf(['tcp', 'udp'])), name: z.optional(text) })
const volume = () => table({ name: volumeName, path: containerPath })
const healthcheck = () => z.partial(table({ path: urlPath, timeout: seconds, interval: seconds, retries: instances }))

const deploy = once(() =>
  z.catchall(
    z.partial(
      z.object(
        {
          strategy: strategyName,
          target: strategyName,
          rollout: oneOf(['blue-green', 'rolling', 'canary']),
          scale: tableOf(instancesOrRange),
          'stop-timeout': seconds,
          spa: flag,
          'maintenance-page': text,
        },
        { error: 'must be a table' },
      ),
    ),
    options,
  ),
)

const component = () =>
  table({
    name: text,
    command,
    port: z.optional(port),
    scale: z.optional(instancesOrRange),
    'memory-limit': z.optional(text),
    'depends-on': z.optional(texts),
    env: z.optional(tableOf(text)),
    healthcheck: z.optional(healthcheck()),
  })

/** Any other key of these tables is a strategy's own table. */
export const buildKeys = (): readonly string[] => Object.keys(build().shape)
export const deployKeys = (): readonly string[] => Object.keys(deploy().shape)

/** Fits every document whose tables are all among the `given`. */
export function hop3TomlSchema(given: (name: string) => boolean) {
  const when = <Schema extends z.ZodMiniType>(name: string, make: () => Schema) => (given(name) ? make() : absent)
  return z.partial(
    table({
      metadata: when('metadata', metadata),
      build: when('build', build),
      run: when('run', run),
      env: when('env', env),
      domains: when('domains', () => table({ list: z.array(domain(), { error: 'must be a list of host names' }) })),
      port: when('port', () => tableOf(containerPort())),
      ports: when('ports', () => z.array(fixedPort(), { error: 'must be an array of tables: [[ports]]' })),
      volumes: when('volumes', () => z.array(volume(), { error: 'must be an array of tables: [[volumes]]' })),
      static: when('static', () => tableOf(text)),
      healthcheck: when('healthcheck', healthcheck),
      deploy: when('deploy', deploy),
      docker: options,
      nix: options,
      component: when('component', () => z.array(component(), { error: 'must be an array of tables: [[component]]' })),
      addons: z.unknown(),
      backup: z.unknown(),
      test: z.unknown(),
    }),
  )
}

const absent = z.never()

export type Hop3Toml = z.output<ReturnType<typeof hop3TomlSchema>>

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
