/** The whole file is about one question: how many instances, where several layers say something of one worker? */
import { hop3Error, namesOfWorker, type AppConfig } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'

/**
 * A count takes the place of a count and of a range below it, by whichever of the worker's names each is said. Throws `config.conflict` for
 * one layer that says two counts by two names.
 */
export function mergeScale({ deploy: low }: AppConfig, high: ConfigLayer): Pick<AppConfig['deploy'], 'scale' | 'mostInstances'> {
  const { scale = {}, mostInstances } = high.deploy ?? {}
  checkAgreement(scale, mostInstances ?? {}, high.origins)
  const replaced = new Set(Object.keys(scale).flatMap(namesOfWorker))
  const kept = <Value>(counts: Readonly<Record<string, Value>> = {}): Readonly<Record<string, Value>> =>
    Object.fromEntries(Object.entries(counts).filter(([name]) => !replaced.has(name)))
  return {
    scale: { ...kept(low.scale), ...scale },
    ...(low.mostInstances === undefined && mostInstances === undefined
      ? {}
      : { mostInstances: { ...kept(low.mostInstances), ...mostInstances } }),
  }
}

type Counts = AppConfig['deploy']['scale']

function checkAgreement(scale: Counts, most: Counts, origins: AppConfig['origins']): void {
  for (const [name, count] of Object.entries(scale)) {
    const other = namesOfWorker(name).find((one) => one !== name && Object.hasOwn(scale, one))
    if (other === undefined || (scale[other] === count && most[other] === most[name])) continue
    const [origin, before] = [other, name].map((one) => origins[`deploy.scale.${one}`] ?? 'The configuration')
    throw hop3Error(
      'config.conflict',
      `${origin}: deploy.scale.${other} and deploy.scale.${name} (${before}) differ, and are one worker's.`,
      {
        hint: 'Keep one of the two lines.',
        details: { origins: [origin, before] },
      },
    )
  }
}
