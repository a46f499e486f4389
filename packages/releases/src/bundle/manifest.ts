/** `hop3-bundle.json`, the first entry of a bundle. Loaded when one is read or written, because zod costs start-up time. */
import { isAppName, releaseCounter } from '@hop3/core'
import * as z from 'zod'
import { entryProblem, pathProblem } from './check-entries.ts'

export const manifestName = 'hop3-bundle.json'
export const imageName = 'image.tar'
export const filesPrefix = 'files/'
/** A larger one is refused before it is read. */
export const maximumManifestBytes = 64 * 1024 * 1024

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const size = z.int().min(0)
const mode = z.int().min(0).max(0o777)
const path = z.string().superRefine((text, context) => {
  const problem = pathProblem(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})
/** Long enough that exchanging it changes nothing else. */
const absolute = z.string().regex(/^\/[^/\0]+\/[^\0\n]{1,4000}$/)
/** The forms in which one path may be written, always in this order: as it is, its real path, and both as in a URL. */
const forms = z.tuple([absolute, absolute, absolute, absolute])

const fileSchema = z.strictObject({
  type: z.literal('file'),
  path,
  mode,
  size,
  sha256,
  modified: z.int(),
  holds: z.enum(['text', 'fixed', 'loader']).exactOptional(),
})
const directorySchema = z.strictObject({ type: z.literal('directory'), path, mode })
const linkSchema = z.strictObject({ type: z.literal('link'), path, target: z.string().min(1).max(4000) })
const entrySchema = z.discriminatedUnion('type', [fileSchema, directorySchema, linkSchema])

const needSchema = z.discriminatedUnion('kind', [
  /** `name`: a directory in `$HOP3_HOME/tools`. */
  z.strictObject({ kind: z.literal('tool'), name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/), usedBy: z.string() }),
  /** `python`: its version, where it is one. */
  z
    .strictObject({
      kind: z.literal('interpreter'),
      path: absolute,
      usedBy: z.string(),
      python: z
        .string()
        .regex(/^\d+\.\d+[0-9a-z.+]*$/)
        .exactOptional(),
    })
    // It is started, to ask for its version.
    .refine(({ path, python }) => python === undefined || /\/(?:python|pypy)[0-9.]*$/.test(path), 'is not the path of a Python'),
  z.strictObject({ kind: z.literal('directory'), path: absolute, usedBy: z.string() }),
])

export const manifestSchema = z
  .strictObject({
    format: z.literal(1),
    app: z.string().refine(isAppName, 'is not an app name'),
    release: z.string().refine((id) => id === '' || releaseCounter(id) !== undefined, 'is not a release id'),
    platform: z.strictObject({ os: z.string(), arch: z.string(), libc: z.string() }).nullable(),
    artifact: z.record(z.string(), z.unknown()),
    /** `release` is null where there are no files; they are unpacked `below` the directory of the release. */
    origin: z.strictObject({
      release: forms.nullable(),
      below: z.enum(['', 'source']),
      tools: forms,
      user: z
        .string()
        .regex(/^\/[^\0\n]+$/)
        .nullable(),
    }),
    needs: z.array(needSchema).max(1000),
    entries: z.array(entrySchema),
    image: z.strictObject({ size, sha256 }).nullable(),
  })
  .superRefine((manifest, context) => {
    const problem = entryProblem(manifest)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path: ['entries'] })
  })

export type BundleManifest = z.output<typeof manifestSchema>
export type BundleEntry = z.output<typeof entrySchema>
export type BundledFile = z.output<typeof fileSchema>
export type BundledLink = z.output<typeof linkSchema>
export type Need = z.output<typeof needSchema>
