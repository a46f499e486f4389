/** Projects whose build runs Node: the templates with Angular or React, and the projects of JavaScript beside others. */
import { joinPaths } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { originAt } from '../origin.ts'
import { elementsAt } from '../xml.ts'
import type { Element } from '../xml.ts'
import type { ProjectFile } from './properties.ts'

export interface NodeUse {
  /** Where its package.json lies, relative to the source. */
  readonly directory: string
  readonly origin: string
}

const programs = /(?:^|[\s;&|])(?:node|npm|npx|pnpm|yarn|corepack)(?:\.cmd)?(?=\s|$)/

/** `value`: of a property, as far as it is written out. */
export function nodeUseOf(file: ProjectFile, directory: string, value: (name: string) => string | undefined): NodeUse | undefined {
  if (/^Microsoft\.VisualStudio\.JavaScript\.Sdk(?:\/|$)/.test(file.root.attributes['Sdk'] ?? '')) return { directory, origin: file.name }
  const found = elementsAt(file.root, 'Target')
    .filter(isPublished)
    .flatMap((target) => elementsAt(target, 'Exec').filter(isPublished))
    .find(({ attributes }) => programs.test(attributes['Command'] ?? ''))
  if (found === undefined) return undefined
  const written = (found.attributes['WorkingDirectory'] ?? '').replace(/\$\((\w+)\)/g, (_, name: string) => value(name) ?? '')
  const at = file.text.indexOf(found.attributes['Command'] ?? '')
  return {
    directory: insidePath(joinPaths(directory, written.replaceAll('\\', '/'))) ?? directory,
    origin: at < 0 ? file.name : originAt(file.name, file.text, at),
  }
}

/** What only a developer's machine does says so: `'$(Configuration)' == 'Debug'`. */
function isPublished({ attributes }: Element): boolean {
  return !/==\s*'Debug/.test(attributes['Condition'] ?? '')
}
