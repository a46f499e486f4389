/** Files that hold what a program is expected to write; `UPDATE_GOLDEN=1` writes them anew. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/** A directory for each example, with what `hop3 render` prints of it. */
export const goldenRenderings = fileURLToPath(new URL('../rendered', import.meta.url))

export async function expectGolden(path: string, actual: string): Promise<void> {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, actual)
  }
  expect(actual, `${path} (UPDATE_GOLDEN=1 writes it anew)`).toBe(await readFile(path, 'utf8'))
}

/** An artifact's text without what differs between two builds of one source, or between two hosts. */
export function maskedArtifact(text: string, release: { readonly id: string; readonly path: string }): string {
  return (
    text
      .replaceAll(release.path, '<release>')
      .replaceAll(release.id, '<release id>')
      .replaceAll(/"(built_at|build_id|fingerprint|source_digest|tree_digest|os|arch|libc)": "[^"]+"/g, '"$1": "<$1>"')
      // Which version a host has, and where.
      // Tools are brought only where the host's own would not do.
      .replaceAll(/\n\s+"[^"]*\/home\/tools\/[^"]+",/g, '')
      .replaceAll(/,?\n\s+"[^"]*\/home\/tools\/[^"]+"(?=\n)/g, '')
      .replaceAll(/"path_prepend": \[\s+\]/g, '"path_prepend": []')
      .replaceAll(/"value": "[^"]+",(\s+)"origin": "([^"]+); from [^"]+"/g, '"value": "<version>",$1"origin": "$2; from <host>"')
  )
}
