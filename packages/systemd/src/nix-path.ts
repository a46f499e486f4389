import { printable } from '@hop3/core'

/** An absolute path as an expression of Nix, to be a member of a list: no name of a directory is read as code. */
export function nixPath(path: string): string {
  if (/^(?:\/[A-Za-z0-9._+-]+)+$/.test(path)) return path
  // What a terminal would obey, or Nix has no escape for, it reads from JSON; that text has nothing in it but ASCII.
  const text = printable(path) === path ? nixString(path) : `builtins.fromJSON ${nixString(asciiJson(path))}`
  return `(/. + ${text.startsWith('builtins') ? `(${text})` : text})`
}

function nixString(text: string): string {
  return `"${text.replaceAll(/[\\"$]/g, '\\$&')}"`
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
