/** Reads JSON that somebody else has written: what is not there, or is something else, is empty. Pure. */
import { isObject } from '@hop3/core/json'

export type Table = Readonly<Record<string, unknown>>

export const itemsOf = (body: unknown): readonly Table[] =>
  isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []

export const tableIn = (table: Table, key: string): Table => {
  const value = table[key]
  return isObject(value) ? value : {}
}

export const textIn = (table: Table, key: string): string => {
  const value = table[key]
  return typeof value === 'string' ? value : ''
}

/** Undefined where it is empty. */
export const filledTextIn = (table: Table, key: string): string | undefined => textIn(table, key) || undefined

export const numberIn = (table: Table, key: string): number => {
  const value = table[key]
  return typeof value === 'number' ? value : 0
}

export const listIn = (table: Table, key: string): readonly Table[] => {
  const value = table[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}
