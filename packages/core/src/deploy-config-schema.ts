import * as z from 'zod'
import type { DeployConfig } from './app-config.ts'
import { longestPage } from './maintenance-page.ts'

/** As in hop3.toml: RFC 1123 names, with `*.` in front for proxies that know wildcards, or `_`. */
const hostName = /^(?:_|(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*)$/i

/** What stands under `metadata.deploy` of an artifact. Every key may be missing; keys of later versions pass. */
export const deployConfigSchema: z.ZodType<Partial<DeployConfig>> = z.looseObject({
  strategy: z.exactOptional(z.string().min(1)),
  target: z.exactOptional(z.string().min(1)),
  origins: z.exactOptional(z.record(z.string(), z.string())),
  domains: z.exactOptional(z.array(z.string().regex(hostName, 'must be a host name such as "www.example.com", or "_" for every name'))),
  ports: z.exactOptional(
    z.array(
      z.looseObject({
        number: z.int().min(1).max(65_535),
        protocol: z.enum(['tcp', 'udp']),
        name: z.string(),
        origin: z.string(),
      }),
    ),
  ),
  volumes: z.exactOptional(
    z.array(
      z.looseObject({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/),
        path: z.string().regex(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0]+$/),
        origin: z.string(),
      }),
    ),
  ),
  scale: z.exactOptional(z.record(z.string(), z.int().min(0))),
  mostInstances: z.exactOptional(z.record(z.string(), z.int().min(1))),
  stopTimeout: z.exactOptional(z.number().positive().max(86_400)),
  spa: z.exactOptional(z.boolean()),
  maintenancePage: z.exactOptional(z.string().max(longestPage)),
  options: z.exactOptional(z.record(z.string(), z.unknown())),
})
