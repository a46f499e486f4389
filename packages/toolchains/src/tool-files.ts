/** Versions in files that serve every language: `mise.toml` and `.tool-versions`. Both are parsed; neither is ever executed. */
import type { SourceView } from '@hop3/core'
import { checkManifest } from './manifest.ts'
import { originOf } from './origin.ts'
import { tableAt, textAt, textsAt, valueAt } from './value-at.ts'
import type { VersionPick } from './version-pick.ts'

/** What the two files say about `tool`, by any of its names (`node`, `nodejs`). Only files that `names` lists are read. */
export async function toolFilePicks(
  source: SourceView,
  names: readonly string[],
  tool: readonly string[],
): Promise<readonly VersionPick[]> {
  const picks: VersionPick[] = []
  for (const file of ['mise.toml', '.mise.toml'].filter((name) => names.includes(name))) {
    const data = await source.readToml(file)
    const text = await source.readText(file)
    checkManifest({ file, text, data }, [{ at: ['tools'], is: 'table', write: '[tools]' }])
    const tools = tableAt(data, 'tools')
    for (const name of tool) {
      // `python = "3.12"`, `python = ["3.12", "3.11"]`, `python = { version = "3.12" }`
      const version = textAt(tools, name) ?? textsAt(tools, name)[0] ?? textAt(valueAt(tools, name), 'version')
      if (version !== undefined)
        picks.push({ version, origin: originOf(file, text, new RegExp(`^[ \\t]*["']?${name}["']?[ \\t]*[=.]`, 'm')) })
    }
  }
  if (names.includes('.tool-versions')) picks.push(...toolVersionsPicks((await source.readText('.tool-versions')) ?? '', tool))
  return picks
}

function toolVersionsPicks(text: string, tool: readonly string[]): readonly VersionPick[] {
  return text.split('\n').flatMap((line, index) => {
    const [name, version] = line.replace(/#.*/, '').trim().split(/\s+/)
    return name !== undefined && version !== undefined && tool.includes(name) ? [{ version, origin: `.tool-versions:${index + 1}` }] : []
  })
}
