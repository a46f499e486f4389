import { hop3Error, isHop3Error } from '@hop3/core'

/** Does `work`. What it throws says `origin`, where somebody wrote what it is about: `hop3.toml:3:1`, `--config`. */
export async function saidAt<Result>(origin: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw withOrigin(error, origin)
  }
}

function withOrigin(error: unknown, origin: string): unknown {
  if (!isHop3Error(error) || error.message.startsWith(`${origin}: `)) return error
  const { code, message, hint, details, cause } = error
  return hop3Error(code, `${origin}: ${message}`, { details: { ...details, origin }, cause, ...(hint !== undefined && { hint }) })
}
