/** The volumes at the top of a compose file: they are made for the app, on this host, and go with it. Pure. */
import { printable } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { fault, type ComposeFile } from './compose-file.ts'
import type { Faults } from './faults.ts'

/** A fault for each that is to be somebody else's or somewhere else: an app would start on another one, and an empty one. */
export function checkVolumes(file: ComposeFile, names: readonly string[], faults: Faults): void {
  const all = isObject(file.value['volumes']) ? file.value['volumes'] : {}
  for (const name of names) {
    const value = all[name]
    const asked = isObject(value) ? Object.entries(value).filter(([key, one]) => !isOurs(key, one)) : []
    const [key] = asked.map(([one]) => one)
    if (key === undefined) continue
    faults.add(
      fault(
        file.originOf(['volumes', name, key]),
        `${printable(key)} of the volume ${name} asks for one that Hop3 does not make`,
        'Leave the key out: a volume is made for the app. To bring data into it, copy it once: docker run --rm -v <old>:/from -v <new>:/to …',
      ),
    )
  }
}

function isOurs(key: string, value: unknown): boolean {
  if (key === 'labels' || key.startsWith('x-')) return true
  return (key === 'driver' && value === 'local') || (key === 'external' && value === false)
}
