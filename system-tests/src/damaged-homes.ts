/** Homes that something else has written to, and commands that ask a home for what it does not have. */
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oldApp, type Scene, type WrongInput } from './wrong-input.ts'

const restart = (): readonly string[] => ['restart', oldApp.name]
const artifactOf = ({ release }: Scene): string => join(release, 'BUILD_ARTIFACT.json')
const runWith = ({ source }: Scene): readonly string[] => ['run', oldApp.name, '--artifact', join(source, 'artifact.json')]
const nothingToRestore = async (): Promise<void> => {}

export const damagedHomes: readonly WrongInput[] = [
  {
    name: 'a BUILD_ARTIFACT.json that was cut off',
    prepare: (scene) => changed(artifactOf(scene), (text) => text.slice(0, 40)),
    words: restart,
    exitCode: 50,
    code: 'artifact.damaged',
    message: ['BUILD_ARTIFACT.json" is not a usable build artifact', 'not JSON'],
    hint: 'hop3 deploy',
  },
  {
    name: 'a BUILD_ARTIFACT.json with a wrong type',
    prepare: (scene) => changed(artifactOf(scene), (text) => text.replace(/"working_dir": "[^"]*"/, '"working_dir": 5')),
    words: restart,
    exitCode: 50,
    code: 'artifact.damaged',
    message: ['BUILD_ARTIFACT.json" is not a usable build artifact', 'runtime.working_dir'],
    hint: 'hop3 deploy',
  },
  {
    name: 'an artifact of another machine',
    prepare: async (scene) => {
      const text = await readFile(artifactOf(scene), 'utf8')
      await writeFile(join(scene.source, 'artifact.json'), text.replace(/"arch": "[^"]*"/, '"arch": "s390x"'))
      return nothingToRestore
    },
    words: runWith,
    exitCode: 50,
    code: 'artifact.foreign',
    message: ['linux s390x', `linux ${process.arch}`],
    hint: 'hop3 deploy',
  },
  {
    name: 'an artifact whose files are not here',
    prepare: async (scene) => {
      const text = await readFile(artifactOf(scene), 'utf8')
      await writeFile(join(scene.source, 'artifact.json'), text.replaceAll(scene.release, '/nowhere'))
      return nothingToRestore
    },
    words: runWith,
    exitCode: 50,
    code: 'artifact.damaged',
    message: ['/nowhere/source'],
    hint: 'hop3 deploy',
  },
  {
    name: 'an artifact that is not there',
    words: runWith,
    exitCode: 50,
    code: 'artifact.missing',
    message: ['artifact.json'],
    hint: 'hop3 build',
  },
  {
    name: 'a current link to a release that is not there',
    prepare: (scene) => replacedCurrent(scene, 'releases/r000077-deadbeef'),
    exitCode: 75,
    code: 'environment.current-damaged',
    message: ['current should be a link to a release', 'r000077-deadbeef'],
    hint: /ln -sfn \S*releases\/r\S+/,
  },
  {
    name: 'a current link that leads elsewhere',
    prepare: (scene) => replacedCurrent(scene, '/etc'),
    exitCode: 75,
    code: 'environment.current-damaged',
    message: ['current should be a link to a release', '"/etc"'],
    hint: /ln -sfn \S*releases\/r\S+/,
  },
  {
    name: 'a state.json that was cut off',
    prepare: ({ root }) => changed(join(root, 'state.json'), (text) => text.slice(0, 20)),
    exitCode: 75,
    code: 'environment.state-damaged',
    message: ['state.json cannot be used', 'not JSON'],
    hint: /mv \S*state\.json/,
  },
  {
    name: 'a state.json of another version',
    prepare: ({ root }) =>
      changed(join(root, 'state.json'), (text) => text.replace('"schema": 1', '"schema": 9').replace('"schema":1', '"schema":9')),
    exitCode: 75,
    code: 'environment.state-damaged',
    message: ['state.json cannot be used', 'schema'],
    hint: /mv \S*state\.json/,
  },
  {
    name: 'a journal that something else has written to',
    prepare: ({ root }) => changed(join(root, 'journal.jsonl'), (text) => `${text}garbage\n{}\n`),
    exitCode: 75,
    code: 'environment.journal-damaged',
    message: [/journal\.jsonl:\d+/],
    hint: /mv \S*journal\.jsonl/,
  },
  {
    name: 'a rollback with nothing to go back to',
    words: () => ['rollback', oldApp.name],
    exitCode: 50,
    code: 'deploy.rollback-nothing',
    message: ['nothing to roll blog back to'],
    hint: 'Its releases are: r000001-',
  },
  {
    name: 'a rollback to a release that is not there',
    words: () => ['rollback', oldApp.name, 'r000099'],
    exitCode: 2,
    code: 'usage.release-unknown',
    message: ['"r000099"'],
    hint: 'Its releases are: r000001-',
  },
  {
    name: 'a directory for sockets whose path is too long',
    options: ({ source }) => ({ env: { HOP3_RUN: join(source, 'run'.repeat(30)) } }),
    exitCode: 75,
    code: 'environment.run-path-too-long',
    message: ['Sockets cannot be made in', 'bytes long'],
    hint: 'HOP3_RUN=',
  },
]

async function changed(path: string, change: (text: string) => string): Promise<() => Promise<void>> {
  const before = await readFile(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${path} is as it was`)
  await writeFile(path, after)
  return () => writeFile(path, before)
}

async function replacedCurrent({ root }: Scene, target: string): Promise<() => Promise<void>> {
  const [current, kept] = [join(root, 'current'), join(root, '..', 'kept-link')]
  await rename(current, kept)
  await symlink(target, current)
  return async () => {
    await rm(current)
    await rename(kept, current)
  }
}
