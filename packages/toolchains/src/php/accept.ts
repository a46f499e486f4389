import type { ToolchainContext, Verdict } from '@hop3/core'
import { otherManifest } from '../manifests.ts'
import { textAt } from '../value-at.ts'
import { readPhpApp } from './php-app.ts'

/** Accepts an index.php where servers look for one, Laravel, and a composer.json that is an app's and not a library's. */
export async function acceptPhp({ source, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const manifest = ['composer.json', 'artisan', 'index.php'].find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  const app = await readPhpApp(source)
  if (app.framework !== undefined)
    return { accepted: true, reason: `${app.framework.origin} is ${app.framework.name}'s`, evidence: [app.framework.origin] }
  if (app.root !== undefined)
    return {
      accepted: true,
      reason: `${app.root.origin} answers requests`,
      evidence: [...new Set([manifest ?? app.root.origin, app.root.origin])],
    }
  if (app.composer === undefined) return { accepted: false, reason: 'no composer.json, and no index.php, here or in public, web or htdocs' }
  const type = textAt(app.composer.data, 'type') ?? 'project'
  const other = otherManifest(names, 'php')
  if (type !== 'project')
    return { accepted: false, reason: `composer.json is of a ${type}, and there is no index.php`, evidence: ['composer.json'] }
  if (other !== undefined)
    return { accepted: false, reason: `composer.json, but no index.php: ${other} says what the app is`, evidence: ['composer.json'] }
  return { accepted: true, reason: 'composer.json lists its packages', evidence: ['composer.json'] }
}
