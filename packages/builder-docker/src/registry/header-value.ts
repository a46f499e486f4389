/** Credentials as the engine's headers carry them: base64 for URLs, and padded, without which it reads none and says nothing. */
export function headerValue(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
