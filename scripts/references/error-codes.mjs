import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
/* oxlint-disable no-restricted-imports -- the page says which exit code a code leads to */
import { exitCodeOf } from '../../packages/cli/src/exit-codes.ts'
/* oxlint-enable no-restricted-imports */
import { row } from './described-rows.mjs'

const titles = {
  usage: 'The command line',
  config: 'Configuration',
  'select.builder': 'Choosing a builder',
  'select.deployer': 'Choosing a deployer',
  'select.proxy': 'Choosing a proxy',
  build: 'Building',
  artifact: 'Artifacts',
  deploy: 'Deploying',
  health: 'Health',
  lock: 'The lock',
  plugin: 'Plugins',
  retry: 'Again, later',
  environment: 'The host',
  internal: 'Defects of Hop3',
}

/** Every error code, a table for each area. A code of the sources without a text is a problem, and so is a text without a code. */
export function errorCodes(texts, root) {
  const { codes, patterns } = codesIn(root)
  const isThrown = (code) => codes.has(code) || patterns.some((pattern) => pattern.test(code))
  const described = Object.keys(texts)
  const problems = [
    ...[...codes].filter((code) => texts[code] === undefined).map((code) => `code ${code} has no text in docs/texts/errors.json`),
    ...patterns
      .filter((pattern) => !described.some((code) => pattern.test(code)))
      .map((pattern) => `no text in docs/texts/errors.json for the codes ${pattern.source}`),
    ...described.filter((code) => !isThrown(code)).map((code) => `docs/texts/errors.json has a text for ${code}, which nothing throws`),
    ...described.filter((code) => areaOf(code) === undefined).map((code) => `${code} is of no area in scripts/references/error-codes.mjs`),
  ]
  const lines = Object.entries(titles).flatMap(([area, title]) => {
    const ofArea = described.filter((code) => areaOf(code) === area).toSorted()
    if (ofArea.length === 0) return []
    return [
      `### ${title}: \`${area}.…\`, exit code ${exitCodeOf(ofArea[0])}`,
      '',
      '| code | what it means | what to do |',
      '|---|---|---|',
      ...ofArea.map((code) => row(`\`${code}\``, texts[code].means, texts[code].fix)),
      '',
    ]
  })
  return { lines: lines.slice(0, -1), problems }
}

function areaOf(code) {
  return Object.keys(titles).find((area) => code.startsWith(`${area}.`))
}

/** First arguments of `hop3Error(…)`: a literal is a code, a template is a pattern, anything else leads to every code its file spells out. */
function codesIn(root) {
  const codes = new Set()
  const patterns = []
  for (const path of globSync('packages/*/src/**/*.ts', { cwd: fileURLToPath(root) })) {
    // The suites' own messages are for authors of strategies.
    if (path.startsWith('packages/testing/')) continue
    const text = readFileSync(new URL(path, root), 'utf8')
    for (const [, literal, template, other] of text.matchAll(/hop3Error\(\s*(?:'([^']+)'|`([^`]+)`|([\w.]+\(?))/g)) {
      if (literal !== undefined) codes.add(literal)
      else if (template !== undefined) patterns.push(new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[a-z-]+')}$`))
      // Its own declaration.
      else if (other !== 'code') for (const code of spelledOut(text)) codes.add(code)
    }
  }
  return { codes, patterns }
}

function spelledOut(text) {
  return [...text.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)].map((match) => match[1]).filter((code) => areaOf(code) !== undefined)
}
