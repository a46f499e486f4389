import { visible } from '@hop3/core'

/** A key path as a person writes it: `run.workers.web`, `ports[0].number`, `env."odd name"`. */
export function showKeys(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => {
      const text = String(key)
      if (index > 0 && /^\d+$/.test(text)) return `[${text}]`
      return `${index === 0 ? '' : '.'}${/^[A-Za-z0-9_:-]{1,80}$/.test(text) ? text : visible(text)}`
    })
    .join('')
}
