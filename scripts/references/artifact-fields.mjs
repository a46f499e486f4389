import { readdirSync, readFileSync } from 'node:fs'
/* oxlint-disable no-restricted-imports -- the root has no dependencies of its own */
import { buildArtifactSchema } from '../../packages/core/src/schemas.ts'
/* oxlint-enable no-restricted-imports */
import { describedRows, row } from './described-rows.mjs'
import { schemaKeys } from './schema-keys.mjs'

/** The fields of BUILD_ARTIFACT.json: those of the schema as the file spells them, and the keys of `metadata` that Hop3 writes. */
export function artifactFields(texts, root) {
  const fields = schemaKeys(buildArtifactSchema)
    .map(({ path, ...rest }) => ({ path: path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), ...rest }))
    .filter(({ path }) => path !== 'metadata')
  const metadata = metadataKeys(root).map((key) => ({ path: `metadata.${key}`, type: '' }))
  const { textOf, problems } = describedRows(
    [...fields, ...metadata].map(({ path }) => path),
    texts,
    'field',
  )
  const rows = [...fields, ...metadata].map(({ path, type, default: value }) =>
    row(`\`${path}\``, value === undefined || value === '' ? type : `${type}; default \`${JSON.stringify(value)}\``, textOf(path)),
  )
  return { lines: ['| field | value | meaning |', '|---|---|---|', ...rows], problems }
}

/** What the interface names and what the examples' artifacts really have. */
function metadataKeys(root) {
  const source = readFileSync(new URL('packages/core/src/artifact.ts', root), 'utf8')
  const body = /interface ArtifactMetadata \{([^]*?)\n\}/.exec(source)?.[1] ?? ''
  const declared = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((match) => match[1])
  const written = readdirSync(new URL('examples/', root)).flatMap((name) => metadataOf(new URL(`examples/${name}/artifact.json`, root)))
  return [...new Set([...declared, ...written])]
}

function metadataOf(path) {
  try {
    return Object.keys(JSON.parse(readFileSync(path, 'utf8')).metadata)
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
