import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Component } from './component.ts'

/** What is installed in the app's virtual environment, whichever program installed it: the names of its `.dist-info` directories say it (PEP 427, PEP 503). */
export async function installedPythonPackages(root: string): Promise<readonly Component[]> {
  const libraries = join(root, '.venv', 'lib')
  const versions = (await names(libraries)).filter((name) => name.startsWith('python'))
  const directories = await Promise.all(versions.map((version) => names(join(libraries, version, 'site-packages'))))
  return directories.flat().flatMap((directory) => {
    const [, name, version] = /^([A-Za-z0-9._]+)-([A-Za-z0-9._+!]+)\.dist-info$/.exec(directory) ?? []
    return name === undefined || version === undefined ? [] : [{ type: 'pypi' as const, name, version }]
  })
}

async function names(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}
