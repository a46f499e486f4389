import type { NodeApp } from './package-json.ts'

/** The list `packages:` of pnpm-workspace.yaml, in the two ways YAML writes a list of plain strings; empty where there is none. */
export async function pnpmPatterns({ source, names }: NodeApp): Promise<readonly string[]> {
  const text = names.includes('pnpm-workspace.yaml') ? ((await source.readText('pnpm-workspace.yaml')) ?? '') : ''
  const [, inline, block = ''] = /^packages:[ \t]*(?:\[([^\]]*)\]|(?:#.*)?\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*))/m.exec(text) ?? []
  const items = inline?.split(',') ?? block.split(/\r?\n/).flatMap((line) => /^[ \t]*-[ \t]+(.*)$/.exec(line)?.[1] ?? [])
  return items.map(plainText).filter((item) => item !== '')
}

function plainText(item: string): string {
  return item
    .replace(/(?:^|[ \t])#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
}
