/** What no builder could do anything with, or could only do harm with: values of a plan that become words of commands. */
import { hop3Error, visible, type BuildPlan, type Phase, type PlanLayer } from '@hop3/core'
import { placed, writtenAt } from './written-at.ts'

/**
 * Throws `config.invalid`, naming where `layers`, which the plan was merged from, say it: a NUL anywhere, the name of a system package that is
 * none, an unknown form of `runtime.kind` or `runtime.healthcheckPath`.
 */
export function checkPlan(plan: BuildPlan, layers: readonly PlanLayer[]): void {
  checkNul(plan, [], layers)
  for (const [name, phase] of Object.entries(plan.phases)) checkPackages(name, phase, layers)
  const { kind, healthcheckPath } = plan.runtime ?? {}
  if (kind !== undefined && !/^[a-z][a-z0-9-]*$/.test(kind))
    throw invalid(['runtime', 'kind'], kind, layers, 'is no kind of app', 'Write a lower-case word, such as kind = "python".')
  if (healthcheckPath !== undefined && !/^\/[^\s\p{Cc}]*$/u.test(healthcheckPath))
    throw invalid(['runtime', 'healthcheckPath'], healthcheckPath, layers, 'is no path of a URL', 'Begin with a slash: "/health".')
}

function checkNul(value: unknown, keys: readonly string[], layers: readonly PlanLayer[]): void {
  if (typeof value === 'string' && value.includes('\0'))
    throw invalid(keys, value, layers, 'holds a NUL, which cannot be given to a process', 'Take the NUL (\\u0000) out.')
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) for (const element of value) checkNul(element, keys, layers)
  else for (const [key, below] of Object.entries(value)) checkNul(below, [...keys, key], layers)
}

/** Debian Policy 5.6.1, and behind the name what apt takes: an architecture, a version or a release. */
const debianPackage = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+|\/[A-Za-z0-9.-]+)?$/
/** A path of attributes in nixpkgs, each as Nix' grammar has identifiers. */
const nixPackage = /^[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*$/

function checkPackages(name: string, { aptPkgs = [], nixPkgs = [], nixLibs = [] }: Phase, layers: readonly PlanLayer[]): void {
  const debian = aptPkgs.find((one) => !debianPackage.test(one))
  if (debian !== undefined)
    throw invalid(
      ['phases', name, 'aptPkgs'],
      debian,
      layers,
      'is not the name of a Debian package',
      'Write one name for each package, in lower case, with digits and +.- only: ["curl", "libpq5"].',
    )
  for (const [key, list] of Object.entries({ nixPkgs, nixLibs })) {
    const nix = list.find((one) => !nixPackage.test(one))
    if (nix !== undefined)
      throw invalid(
        ['phases', name, key],
        nix,
        layers,
        'is not the name of a package in nixpkgs',
        'Write attribute names, one for each package: ["nodejs_22", "xorg.libX11"].',
      )
  }
}

function invalid(keys: readonly string[], value: string, layers: readonly PlanLayer[], problem: string, hint: string): Error {
  const origin = writtenAt(layers, keys, (written) => written === value || (Array.isArray(written) && written.includes(value)))
  return hop3Error('config.invalid', `${placed(origin)}${visible(value)} in ${keys.join('.')} ${problem}.`, {
    hint,
    details: { key: keys.join('.'), ...(origin !== undefined && { origin }) },
  })
}
