/** An image that a Dockerfile builds on or copies from, and that the engine could not get. */
import { hop3Error, visible, type Hop3Error } from '@hop3/core'
import type { FailedBuild } from './build-failure.ts'
import { dockerfileInstructions, excerpt, type Instruction } from './dockerfile-lines.ts'

export function baseImageFailure(failed: FailedBuild): Hop3Error | undefined {
  const { message, step, dockerfile } = failed
  if (!isOfRegistry.test(message)) return undefined
  const image =
    named.exec(message)?.[1] ??
    /initializing source docker:\/\/(\S+): /.exec(message)?.[1] ??
    /\] FROM (?:--\S+ )?(\S+)/i.exec(step?.name ?? '')?.[1]
  const line = image === undefined ? undefined : instructionNaming(image, dockerfile.text)
  const where = line === undefined ? '' : `${dockerfile.path}:${line.firstLine}: `
  const shown = line === undefined ? '' : `\n${excerpt(dockerfile.path, dockerfile.text, line.firstLine, line.lastLine)}`
  const problem = problemOf(failed, line, image)
  return hop3Error('build.base-image', `${where}The engine could not get ${image ?? 'a base image'}: ${message}${shown}`, {
    hint: hints[problem](failed, image ?? ''),
    details: { image: image ?? null, line: line?.firstLine ?? null },
    class: problem === 'unreachable' ? 'environment' : 'user',
  })
}

const isOfRegistry =
  /failed to resolve source metadata|pull access denied|manifest (?:unknown|for .* not found)|failed to do request|no match for platform|does not match the specified platform|does not provide the specified platform|docker\.io.*not found|\/v2\/|dial tcp/i

const named =
  /(?:^|: )([^\s:]+(?::[^\s:@]+)?(?:@sha256:[0-9a-f]+)?): (?:failed to resolve source metadata|failed to do request|not found|pull access denied)/

type Problem = 'foreign' | 'denied' | 'no-stage' | 'platform' | 'digest' | 'unreachable'

function problemOf({ message, platform, dockerfile }: FailedBuild, line: Instruction | undefined, image = ''): Problem {
  if (/no match for platform|specified platform/i.test(message)) return 'foreign'
  if (/unauthorized|denied|authentication required|no basic auth/i.test(message)) return 'denied'
  if (/@sha256:/.test(image)) return 'digest'
  // A name without a registry, a tag and a path is more often a stage that is spelled in another way.
  if (line?.keyword === 'COPY' && /^[\w.-]+$/.test(image) && stagesOf(dockerfile.text).length > 0) return 'no-stage'
  return platform === undefined ? 'unreachable' : 'platform'
}

const hints: Readonly<Record<Problem, (failed: FailedBuild, image: string) => string>> = {
  foreign: () => 'The image has no variant of that platform: leave `platform` out of [build.docker], or take another base image.',
  denied: () => 'If the image exists, it is private: log in with `docker login <registry>` as the user who deploys.',
  digest: () => 'There may be no image of that digest: take the one that `docker buildx imagetools inspect` shows for its name and tag.',
  'no-stage': ({ dockerfile }, image) =>
    `No stage is called ${visible(image)} (there are ${stagesOf(dockerfile.text).join(', ')}), so it was looked for as an image.`,
  platform: ({ platform }, image) =>
    `The build is for ${platform}, and the engine has the image for no such platform: fetch it with \`docker pull --platform ${platform} ${image}\`, or leave \`platform\` out of [build.docker].`,
  unreachable: () => 'Check its name and tag, and that the engine reaches the registry: `docker pull` with the same name says more.',
}

/** Where it stands as the engine says it, or else where a part of its name is an argument. */
function instructionNaming(image: string, text: string): Instruction | undefined {
  const written = image.replace(/^docker\.io\/(?:library\/)?/, '').replace(/:latest$/, '')
  const sources = dockerfileInstructions(text).flatMap((instruction) =>
    sourcesOf(instruction).map((source) => ({ instruction, source: source.replace(/:latest$/, '') })),
  )
  const found =
    sources.find(({ source }) => source === written || source === image) ??
    sources.find(({ source }) => source.includes('$') && written.startsWith(source.split('$')[0] ?? ''))
  return found?.instruction
}

/** The images, or stages, an instruction takes something from. */
function sourcesOf({ keyword, text }: Instruction): readonly string[] {
  if (keyword === 'FROM') return [text.replace(/^(?:--\S+\s+)+/, '').split(/\s/)[0] ?? '']
  return /^(?:COPY|RUN)$/.test(keyword) ? [...text.matchAll(/(?:--|,)from=([^\s,]+)/g)].flatMap(([, name]) => name ?? []) : []
}

function stagesOf(text: string): readonly string[] {
  return dockerfileInstructions(text).flatMap((one) => (one.keyword === 'FROM' ? (/\sas\s+(\S+)$/i.exec(one.text)?.slice(1) ?? []) : []))
}
