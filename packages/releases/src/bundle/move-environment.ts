import { dirname } from 'node:path'
import { readFile, writeFile } from 'node:fs/promises'

/** `pyvenv.cfg` says which Python an environment was made with; `moved` where that one is on this host. */
export async function moveEnvironment(file: string, moved: ReadonlyMap<string, string>): Promise<void> {
  const text = await readFile(file, 'utf8')
  let lines = text.split('\n')
  for (const [from, to] of moved) {
    const [old, now] = [dirname(from), dirname(to)]
    lines = lines.map((line) => {
      const [key = '', value = ''] = line.split(/\s*=\s*/, 2)
      if (value === old) return `${key} = ${now}`
      return value.startsWith(`${old}/python`) ? `${key} = ${to}` : line
    })
  }
  const changed = lines.join('\n')
  if (changed !== text) await writeFile(file, changed)
}
