/** Sizes as Kubernetes writes them: `1Gi`, `1.5G`, `1e9`, `1000m`. Pure. */

const factors: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  '': 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
  Ki: 10n ** 9n * 2n ** 10n,
  Mi: 10n ** 9n * 2n ** 20n,
  Gi: 10n ** 9n * 2n ** 30n,
  Ti: 10n ** 9n * 2n ** 40n,
  Pi: 10n ** 9n * 2n ** 50n,
  Ei: 10n ** 9n * 2n ** 60n,
}

/** The first of two that are the same. What is no quantity is for the API server to refuse: then it is the first, too. */
export function largerQuantity(one: string, other: string): string {
  const [first, second] = [billionthsOf(one), billionthsOf(other)]
  return first !== undefined && second !== undefined && second > first ? other : one
}

function billionthsOf(text: string): bigint | undefined {
  const found = /^([0-9]+)(?:\.([0-9]*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?$/.exec(text)
  if (found === null) return undefined
  const [, whole = '', part = '', suffix = '', exponent = '0'] = found
  const digits = BigInt(`${whole}${part}`) * (factors[suffix] ?? 1n)
  const shift = Number(exponent) - part.length
  return shift < 0 ? digits / 10n ** BigInt(-shift) : digits * 10n ** BigInt(shift)
}
