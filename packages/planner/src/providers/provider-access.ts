import type { BuildContext } from '@hop3/core'

/**
 * What providers from elsewhere are read and asked with: every `BuildContext` is one. Planning without it is planning without them: files of
 * the app and what comes with Hop3 are all there is.
 */
export type ProviderAccess = Pick<BuildContext, 'run' | 'signal' | 'cachePath' | 'env' | 'providers'>
