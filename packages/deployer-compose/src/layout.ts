/** Where this deployer keeps its files: 0700 all the way, because documents hold the values of an app's environment. */
import { join } from 'node:path'

export interface Layout {
  /** `<home>/compose/<app>`. */
  readonly root: string
  /** A directory per Compose project, named after it. */
  readonly projects: string
  /** Of the services the app brings: their document. */
  readonly data: string
  /** Of commands that run in a container of their own: a directory each, for as long as it runs. */
  readonly exec: string
}

export function layoutOf(home: string, app: string): Layout {
  const root = join(home, 'compose', app)
  return { root, projects: join(root, 'projects'), data: join(root, 'data'), exec: join(root, 'exec') }
}

/** Files of one project's directory. */
export const projectFile = {
  document: 'compose.json',
  /** Which containers have passed the gate, and where they answer. */
  healthy: 'healthy.json',
  secrets: 'secrets',
} as const
