/** Puts the licences of what a package's `dist` has in it of others beside it, as those licences ask: `dist/THIRD-PARTY-LICENSES.txt`. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

for (const dist of globSync('packages/*/dist')) {
  const directories = new Set(globSync(`${dist}/**/*.js.map`).flatMap((map) => sourcesOf(map).map(packageOf)))
  const notices = [...directories].filter((directory) => directory !== undefined).map(noticeOf)
  if (notices.length > 0) writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), `${[...new Set(notices)].toSorted().join('\n\n')}\n`)
}

function sourcesOf(map) {
  return JSON.parse(readFileSync(map, 'utf8')).sources.map((source) => resolve(dirname(map), source))
}

/** The directory of the installed package a file is of; undefined for our own. */
function packageOf(file) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

function noticeOf(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const [text] = globSync(join(directory, '{LICENSE,LICENCE,license,License}*'))
  if (text === undefined) throw new Error(`${name} says of its licence only ${license}: leave it out of the bundle, as a dependency.`)
  return `${name} ${version} (${license})\n\n${readFileSync(text, 'utf8').trim()}`
}
