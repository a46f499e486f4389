/** Which examples tests build as images: all of them take longer than every other test. `HOP3_EVERY_IMAGE=1` builds all. */
import type { ExampleCheck } from './example-check.ts'

/** Under Compose: one for each language and kind of site, but for Crystal, whose compiler takes minutes. */
const underCompose = [
  'bun-http',
  'clojure-lein',
  'deno-http',
  'django',
  'elixir-plug',
  'external-dynamic-provider',
  'go-http',
  'laravel-skeleton',
  'node-npm',
  'rails',
  'rust-axum',
  'shell',
  'spring-boot',
  'static-site',
  'vite-spa',
]

/** Of those, in a swarm and on a cluster, to which an image is one like the other: a site, servers, and apps that keep data from before they run. */
const elsewhere = ['django', 'go-http', 'laravel-skeleton', 'node-npm', 'static-site']

/** Why this example's is not built; undefined where it is. */
export function leavesImageOut(name: string, { skipImage }: ExampleCheck, where: 'compose' | 'elsewhere'): string | undefined {
  if (skipImage !== undefined) return `${name}: ${skipImage}`
  if (process.env['HOP3_EVERY_IMAGE'] === '1' || { compose: underCompose, elsewhere }[where].includes(name)) return undefined
  return `${name}: another example of its kind is built; HOP3_EVERY_IMAGE=1 builds this one, too`
}
