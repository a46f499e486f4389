/** Whether anything shows that a program serves, and that it does so where it is told to. */
import type { SourceView } from '@hop3/core'
import { silentProgramWarning } from '../bare-command.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { programText } from '../readable-text.ts'
import type { ClojureBuild } from './build.ts'

/** Namespaces of others, and what Java brings. */
const brings =
  /\bPORT\b|\bSocket|ServerSocket|[Hh]ttp\b|[Hh]ttpServer|\b(?:requiring-resolve|load-file|integrant|component|run-(?:jetty|server|undertow|adapter)|start-server)\b/

export async function listeningWarnings(source: SourceView, { mainFile, web }: ClojureBuild): Promise<readonly string[]> {
  const text = mainFile === undefined ? undefined : await programText(source, mainFile)
  if (mainFile === undefined || web === undefined || text === undefined) return []
  // What other namespaces do is not looked into: then it may well listen.
  const isWhole = [...text.matchAll(/[[(\s']([a-z][\w-]*(?:\.[\w-]+)+)/g)].every(
    ([, name = '']) => /^(?:clojure|java)\./.test(name) || name === namespaceIn(text),
  )
  const fixed = fixedPortWarning('clojure', mainFile, text)
  const isSilent = fixed.length === 0 && isWhole && !/\(:use\b/.test(text) && !brings.test(text)
  return isSilent ? [silentProgramWarning(web)] : fixed
}

function namespaceIn(text: string): string | undefined {
  return /^\(ns\s+(?:\^\S+\s+)*([\w.-]+)/m.exec(text)?.[1]
}
