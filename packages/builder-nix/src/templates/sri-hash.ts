/** Nix takes `sha256-<base64>` everywhere; hexadecimal is what most pages show. */
export function sriHash(hash: string): string {
  const plain = hash.replace(/^sha256[-:]/, '')
  return /^[0-9a-f]{64}$/i.test(plain) ? `sha256-${Buffer.from(plain, 'hex').toString('base64')}` : hash.replace(/^sha256:/, '')
}
