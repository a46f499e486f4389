/** Addresses are arguments of programs, and stand in the store. */
export function isAnonymous(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {}
  return username === '' && password === ''
}
