import { useOf, type NixSession } from '../session.ts'
import type { StagedSource } from '../source.ts'
import { composeExpression, expressionName, planName } from './compose.ts'
import { lockedHash } from './lock.ts'
import { lockedTree } from './locked-tree.ts'
import type { TemplateName } from './template-names.ts'
import { formatTemplatePlan, templatePlan } from './template-plan.ts'

/** What a template is in an app's source: the expression and its values, by name. Throws `config.nix-template` and `build.nix-lock`. */
export async function templateFiles(
  session: NixSession,
  template: TemplateName,
  { path, entries }: StagedSource,
): Promise<Readonly<Record<string, string>>> {
  const { context, locked } = session
  const use = useOf(session, template)
  const plan = templatePlan(use, context.appName, context.config, locked ?? lockedHash(use, lockedTree(path, entries)))
  return { [expressionName]: await composeExpression(template), [planName]: formatTemplatePlan(plan) }
}
