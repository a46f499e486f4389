import type { AppConfig } from './app-config.ts'

/** What is to be built or deployed. */
export interface App {
  readonly name: string
  /** Absolute. */
  readonly sourcePath: string
  readonly config: AppConfig
}
