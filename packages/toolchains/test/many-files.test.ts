import { silentLog } from '@hop3/core'
import { planApp, readAppConfig, sourceViewOf } from '@hop3/planner'
import { expect, it } from 'vitest'
import plugin from '../src/index.ts'

it.each(['txt', 'py', 'js', 'rb', 'go', 'php', 'rs', 'java', 'clj', 'ex', 'csproj', 'ts', 'md', 'html', 'yml'])(
  'a root with 100 000 .%s files is listed, and few of them are looked at',
  async (extension) => {
    const names = Array.from({ length: 100_000 }, (_, index) => `file-${index}.${extension}`)
    const known = new Set(names)
    const read = new Set<string>()
    const asked = new Set<string>()
    const source = sourceViewOf({
      kindOf: (path) => {
        asked.add(path)
        return path === '.' ? 'directory' : known.has(path) ? 'file' : undefined
      },
      textOf: (path) => {
        if (!known.has(path)) return undefined
        read.add(path)
        return 'x = 1\n'
      },
      namesIn: (path) => (path === '.' ? names : []),
    })
    const sourcePath = '/nowhere'
    const config = await readAppConfig({ sourcePath, source })
    await planApp({ appName: 'shop', sourcePath, config, toolchains: plugin.toolchains ?? [], log: silentLog, source }).catch(
      () => undefined,
    )
    expect(read.size).toBeLessThanOrEqual(100)
    expect(asked.size).toBeLessThanOrEqual(1000)
  },
)
