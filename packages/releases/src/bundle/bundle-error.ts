import { hop3Error, visible, type Hop3Error } from '@hop3/core'

/** A file that is no bundle, or not one that may be unpacked. `reason` goes on after "is not a usable bundle:". */
export function badBundle(file: string, reason: string, cause?: unknown): Hop3Error {
  return hop3Error('artifact.bundle', `${visible(file)} is not a usable bundle: ${reason}.`, {
    hint: 'Export the release again and copy the file as it is: `hop3 export <app> -o app.hop3`.',
    details: { path: file, reason },
    ...(cause !== undefined && { cause }),
  })
}

/** What came is not what the manifest says. */
export function wrongDigest(file: string, name: string, wanted: string, found: string): Hop3Error {
  return hop3Error('artifact.bundle-digest', `${visible(file)} is damaged: ${visible(name)} does not have the SHA-256 its bundle says.`, {
    hint: 'Copy the file again; `sha256sum` on both hosts shows whether it arrived as it was.',
    details: { path: file, name, wanted, found },
  })
}

/** Both came as they were sent, and they do not belong together. */
export function wrongProvenance(file: string, problem: string): Hop3Error {
  return hop3Error('artifact.bundle-provenance', `${visible(file)} holds another artifact than its provenance says: ${problem}.`, {
    hint: 'Have it built and exported again where it came from: `hop3 build`, then `hop3 export`.',
    details: { path: file, problem },
  })
}
