/** The environment of a service, as a table or as a list: pure. A variable without a value would get that of the host which deploys. */
import { printable, type Hop3Error } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { fault, type ComposeFile } from './compose-file.ts'
import type { Faults } from './faults.ts'

/** Values as they were written: no 1.10 becomes 1.1, and no `NO` false. Each that has none is a fault. */
export function serviceEnvironment(file: ComposeFile, service: string, value: unknown, faults: Faults): unknown {
  const keys = ['services', service, 'environment']
  const wrong = (key: string, said: string, hint?: string): Hop3Error => fault(file.originOf([...keys, key]), said, hint)
  const textOf = (key: string, one: unknown, named: string): string => {
    const text = typeof one === 'string' ? one : file.textOf([...keys, key])
    if (text === undefined) throw wrong(key, `${named} of ${service} is no text`)
    return text
  }
  const noValue = (key: string, name: string, line: string): Hop3Error =>
    wrong(key, `${printable(name)} of ${service} has no value`, `Write ${printable(line)}, and set it with \`hop3 env set\`.`)
  if (Array.isArray(value))
    return value.map((one, index) =>
      faults.within(() => {
        const line = textOf(String(index), one, 'a line of environment')
        if (!/^[^=$]+=/.test(line)) throw noValue(String(index), line, `${line}=\${${line}}`)
        return line
      }),
    )
  if (value !== undefined && value !== null && !isObject(value))
    faults.add(fault(file.originOf(keys), `environment of ${service} is no table and no list`))
  if (!isObject(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const text = faults.within(() => {
        if (one === null) throw noValue(name, name, `\${${name}}`)
        return textOf(name, one, printable(name))
      })
      return [name, text] as const
    }),
  )
}
