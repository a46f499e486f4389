import type { ToolchainContext, Verdict } from '@hop3/core'
import type { Language } from '../language.ts'
import { elixirOptions } from './options.ts'
import { planElixir } from './plan.ts'

async function acceptElixir({ source, named }: ToolchainContext): Promise<Verdict> {
  const isThere = (await source.list()).includes('mix.exs')
  if (isThere) return { accepted: true, reason: 'mix.exs is a project of Mix', evidence: ['mix.exs'] }
  return named ? { accepted: true, reason: 'the configuration names it', evidence: [] } : { accepted: false, reason: 'no mix.exs' }
}

export const elixir: Language = { name: 'elixir', options: elixirOptions, accept: acceptElixir, plan: planElixir }
