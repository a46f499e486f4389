import { hop3Error, visible } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { badBundle } from './bundle-error.ts'
import { manifestName, manifestSchema, type BundleManifest } from './manifest.ts'

/** Throws `artifact.bundle` naming the first field that is wrong, or `artifact.bundle-format`. */
export async function readManifest(file: string, text: string): Promise<BundleManifest> {
  const written = parseJson(text)
  if (!isObject(written)) throw badBundle(file, `${manifestName} is not a JSON object`)
  const format = written['format']
  if (typeof format === 'number' && format > 1)
    throw hop3Error('artifact.bundle-format', `${visible(file)} is a bundle of format ${format}; this hop3 reads format 1.`, {
      hint: 'Bring hop3 on this host up to date: `npm install -g @hop3/cli`.',
      details: { format },
    })
  const { data, error } = manifestSchema.safeParse(written)
  if (data !== undefined) return data
  const issue = error.issues[0]
  const field = issue?.path.join('.') ?? ''
  throw badBundle(file, `${manifestName}: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'it does not fit'}`)
}
