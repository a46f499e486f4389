/** What the operating system says is wrong. */
import { isHop3Error } from './errors.ts'

/** The system's name for a problem (`ENOENT`), or an empty text. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || isHop3Error(error) || !('code' in error)) return ''
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : ''
}

/** Resolves to `nothing` when the file system says one of `codes`. */
export async function orElse<T, N>(work: Promise<T>, nothing: N, codes: readonly string[] = ['ENOENT']): Promise<T | N> {
  try {
    return await work
  } catch (error) {
    if (codes.includes(systemCode(error))) return nothing
    throw error
  }
}
