/** Which of the stored encodings a client takes (RFC 9110 §12.5.3). */

export type Coding = 'br' | 'gzip' | 'identity'

/** The best of `available`: the highest weight, and among equals brotli, then gzip. */
export function chooseCoding(acceptEncoding: string | undefined, available: readonly Coding[]): Coding {
  if (acceptEncoding === undefined || available.length === 0) return 'identity'
  const weights = parseWeights(acceptEncoding)
  let best: Coding = 'identity'
  let bestWeight = 0
  for (const coding of ['br', 'gzip'] as const) {
    if (!available.includes(coding)) continue
    const weight = weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined) ?? weights.get('*') ?? 0
    if (weight > bestWeight) [best, bestWeight] = [coding, weight]
  }
  return (weights.get('identity') ?? 0) > bestWeight ? 'identity' : best
}

function parseWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const q = parameters.find((text) => text.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    if (name !== '') weights.set(name, Number.isFinite(weight) ? weight : 0)
  }
  return weights
}
