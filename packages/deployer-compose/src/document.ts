/**
 * Compose documents: pure. Only keys that Compose 1.29, Compose 2 and `docker stack deploy` all take, so that one text serves all three.
 * JSON is YAML, but for some characters and for `$`, which Compose reads as a variable in every string.
 */

export interface Service {
  readonly image: string
  /** Both together are the whole argv: the image's own are replaced. Absent: the image's own. */
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly working_dir?: string
  readonly init: boolean
  /** `NAME=value`: of a table, Compose 2 leaves out names that begin with `x-`. */
  readonly environment: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** `127.0.0.1:20010:8080`. */
  readonly ports?: readonly string[]
  /** The long form: a path may hold a colon. */
  readonly volumes?: readonly { readonly type: 'bind'; readonly source: string; readonly target: string }[]
  readonly networks: readonly string[]
  readonly secrets?: readonly { readonly source: string; readonly target: string }[]
  readonly healthcheck?: { readonly disable: true }
  readonly restart: 'no'
  readonly stop_grace_period: string
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
  readonly deploy?: { readonly resources: { readonly limits: { readonly memory?: string; readonly cpus?: string } } }
}

export interface ComposeDocument {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly external: true; readonly name: string }>>
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>
}

/**
 * The text of a document: every string in it arrives as it is, whatever it holds but NUL and halves of surrogate pairs. With `kept`, Compose
 * puts in variables.
 */
export function formatDocument(
  document: object,
  { variables }: { readonly variables: 'escaped' | 'kept' } = { variables: 'escaped' },
): string {
  const escape = (_: string, value: unknown): unknown =>
    typeof value === 'string' && variables === 'escaped' ? value.replaceAll('$', '$$$$') : value
  const text = JSON.stringify(document, escape, 2)
  return `${text.replace(foldedByYaml, escaped)}\n`
}

/** YAML refuses these or folds them as line ends; astral characters must stay, because YAML joins no surrogate pairs. */
const foldedByYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
