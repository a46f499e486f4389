import { hop3Error, visible } from '@hop3/core'
import type { EnvValue } from '@hop3/core'
import { originsOf, type Hop3TomlDocument, type Section } from './hop3-toml-document.ts'
import { checkEnvName, reservedEnvWarning } from './env-name.ts'

type Written = NonNullable<Hop3TomlDocument['toml']['env']>[string]

/** `[env]`: literals, secrets to generate, and `_policy`. */
export function envSection(document: Hop3TomlDocument): Section {
  const { toml, originOf } = document
  const { _policy: policy, ...written } = toml.env ?? {}
  const origins = originsOf(document, ['env'], written)
  const values = Object.entries(written).map(([name, value]) => [checkEnvName(name, originOf('env', name)), envValue(value)] as const)
  const reserved = Object.keys(written).flatMap((name) => reservedEnvWarning(name, originOf('env', name)))
  return {
    env: Object.fromEntries(values),
    origins,
    warnings: [...reserved, ...policyWarning(policy, originOf('env', '_policy'))],
  }
}

const defaultLength = 32
const uuidLength = 36

function envValue(written: Written): EnvValue {
  if (typeof written === 'string') return { kind: 'literal', value: written }
  const { generate, length = generate === 'uuid' ? uuidLength : defaultLength, prefix = '', display = false } = written
  return { kind: 'generate', format: generate, length, prefix, display }
}

function policyWarning(policy: Written | undefined, origin: string): readonly string[] {
  if (policy === undefined || policy === 'keep-existing') return []
  if (policy === 'override') {
    return [`${origin}: _policy = "override" has no effect here: a value set with \`hop3 env set\` always wins over [env].`]
  }
  throw hop3Error(
    'config.invalid',
    `${origin}: env._policy must be "keep-existing" or "override"; it is ${visible(JSON.stringify(policy))}.`,
    {
      hint: 'Write _policy = "keep-existing", or remove the line: that is the default.',
      details: { origin },
    },
  )
}
