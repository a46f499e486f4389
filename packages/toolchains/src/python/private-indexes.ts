/** Private package indexes, as the names of the variables that hold their credentials. A value is never read, nor written into a plan. */
import { secretNames } from '../secret-names.ts'
import { tableAt, textAt, valueAt } from '../value-at.ts'
import type { PythonManager } from './manager.ts'
import type { PythonApp } from './python-app.ts'

/** Indexes everybody may read, which managers are told of by name: naming a secret for them would ask for what nobody has. */
const publicHosts =
  /^https:\/\/(?:[\w.-]+\.)?(?:pypi\.org|pythonhosted\.org|pytorch\.org|nvidia\.com|piwheels\.org|conda\.anaconda\.org)(?:\/|$)/

/** The names the manager's own conventions give, for the indexes its files define. */
export async function indexSecrets({ source, names, pyproject }: PythonApp, manager: PythonManager): Promise<readonly string[]> {
  const data = pyproject?.data
  const found = new Set(secretNames(pyproject?.text))
  const add = (more: readonly string[]): void => more.forEach((name) => found.add(name))
  if (manager === 'uv') {
    const toml = names.includes('uv.toml') ? await source.readToml('uv.toml') : undefined
    const indexes = [...tablesAt(data, 'tool', 'uv', 'index'), ...tablesAt(toml, 'index')]
    add(indexes.filter((index) => textAt(index, 'authenticate') !== 'never').flatMap((index) => credentials('UV_INDEX_', index)))
  }
  if (manager === 'poetry') {
    add(tablesAt(data, 'tool', 'poetry', 'source').flatMap((index) => credentials('POETRY_HTTP_BASIC_', index)))
  }
  if (manager === 'pipenv' && names.includes('Pipfile')) {
    // Pipenv replaces `$NAME` as well.
    const urls = tablesAt(await source.readToml('Pipfile'), 'source').map((index) => textAt(index, 'url') ?? '')
    add(urls.flatMap((url) => [...url.matchAll(/\$\{?([A-Z_][A-Z0-9_]*)/g)].map((one) => one[1] ?? '')))
  }
  // Where the project lies is not for the operator to set.
  return [...found].filter((name) => name !== 'PROJECT_ROOT').toSorted()
}

/** `UV_INDEX_OUR_OWN_USERNAME` for `name = "our-own"`. */
function credentials(prefix: string, index: Readonly<Record<string, unknown>>): readonly string[] {
  const [name, url] = [textAt(index, 'name'), textAt(index, 'url')]
  if (name === undefined || url === undefined || publicHosts.test(url) || !/^https?:\/\//.test(url)) return []
  const word = name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  return [`${prefix}${word}_PASSWORD`, `${prefix}${word}_USERNAME`]
}

function tablesAt(data: unknown, ...path: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const value = valueAt(data, ...path)
  const elements: readonly unknown[] = Array.isArray(value) ? value : []
  return elements.map((one) => tableAt({ one }, 'one')).filter((one) => one !== undefined)
}
