/** What each package manager runs: a table of phases, nothing else. */
import { shellQuote } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import type { PythonManager } from './manager.ts'

export interface InstallFacts {
  /** `python3`, `python3.12`. */
  readonly python: string
  /** `3.12`, when the app asks for one. */
  readonly minor: string | undefined
  /** The version of poetry, pdm or pipenv to install; of uv, when the host has none. */
  readonly toolVersion: string
  /** The plan's version, whatever the host has; else uv may be the host's. */
  readonly isOwnTool: boolean
  /** What pip is given: `-r requirements.txt`, or requirements one by one. */
  readonly pipArguments: readonly string[]
  /** `.`, `.[extra]`: the project itself, to be installed once its dependencies are. */
  readonly project: string | undefined
  /** What pip is given once the source is there, in place of the project. */
  readonly pipLater?: readonly string[]
  /** What uv leaves to the build phase. */
  readonly uvLater?: 'project' | 'workspace'
  /** From the directory of the app to the root of the source, `../../`, where the app is a member of a workspace. */
  readonly up?: string
  readonly extras: readonly string[]
  readonly hasLock: boolean
  /** The files the install phase reads; undefined when it needs the whole source. */
  readonly inputs: readonly string[] | undefined
  readonly secrets: readonly string[]
}

export interface PythonPhases {
  readonly setup?: PhaseInput
  readonly install: PhaseInput
  /** Commands of the build phase that come before the app's own; they write into `.venv`. */
  readonly build: readonly string[]
  /** What these commands take, when it is not what pip does. */
  readonly buildWith?: PhaseInput
}

/**
 * Tools that are part of no host (and uv where it is missing) get an environment of their own for as long as the install phase runs: the
 * app's environment then holds the app's dependencies and nothing else, the release holds no tool, and the version is the plan's, not the
 * host's. It costs seconds, and only when the lock file changed.
 */
const tools = '.hop3-tools'
const venv = '.venv'

export const pipVariables = {
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  PIP_PROGRESS_BAR: 'off',
  PIP_ROOT_USER_ACTION: 'ignore',
}
const uvVariables = {
  UV_PROJECT_ENVIRONMENT: venv,
  UV_PYTHON_DOWNLOADS: 'never',
  // uv's cache is shared by all apps of the host; a hard link into it would let one app's write reach another's release.
  UV_LINK_MODE: 'copy',
  // pip compiles what it installs, uv only when told: uncompiled, every start of every release would do it again.
  UV_COMPILE_BYTECODE: '1',
  UV_NO_PROGRESS: '1',
}

export const pythonPhases: Readonly<Record<PythonManager, (facts: InstallFacts) => PythonPhases>> = {
  pip: (facts) => ({
    setup: setup(facts),
    install: {
      ...inputs(facts),
      cmds:
        facts.pipArguments.length === 0 ? [] : [`${facts.up ?? ''}${venv}/bin/pip install ${facts.pipArguments.map(shellQuote).join(' ')}`],
      cacheDirectories: ['~/.cache/pip'],
      variables: pipVariables,
      outputs: [venv],
    },
    build: installProject(facts),
  }),
  uv: (facts) => {
    const uses = {
      cacheDirectories: ['~/.cache/uv', '~/.cache/pip'],
      paths: [`${venv}/bin`, `${tools}/bin`],
      variables: { ...pipVariables, ...uvVariables },
    }
    const later = facts.uvLater
    return {
      install: {
        ...inputs(facts),
        cmds: [...uvCommands(facts, later === undefined ? [] : [`--no-install-${later}`])],
        ...uses,
        outputs: [venv],
      },
      build: later === undefined ? [] : uvCommands(facts, []),
      ...(later !== undefined && { buildWith: uses }),
    }
  },
  poetry: (facts) => ({
    setup: setup(facts),
    install: {
      ...inputs(facts),
      cmds: [
        ...installTool('poetry', facts),
        [`${tools}/bin/poetry install --only main --no-root`, ...facts.extras.map((extra) => `--extras ${shellQuote(extra)}`)].join(' '),
        `rm -rf ${tools}`,
      ],
      cacheDirectories: ['~/.cache/pip', '~/.cache/pypoetry'],
      variables: { ...pipVariables, POETRY_VIRTUALENVS_IN_PROJECT: 'true', POETRY_NO_INTERACTION: '1', POETRY_NO_ANSI: '1' },
      outputs: [venv],
    },
    build: installProject(facts),
  }),
  pdm: (facts) => ({
    setup: setup(facts),
    install: {
      ...inputs(facts),
      cmds: [
        ...installTool('pdm', facts),
        [
          `${tools}/bin/pdm install --frozen-lockfile --prod --no-self --no-editable`,
          ...facts.extras.map((extra) => `-G ${shellQuote(extra)}`),
        ].join(' '),
        `rm -rf ${tools}`,
      ],
      cacheDirectories: ['~/.cache/pip', '~/.cache/pdm'],
      variables: { ...pipVariables, PDM_IGNORE_SAVED_PYTHON: '1', PDM_CHECK_UPDATE: '0', PDM_NON_INTERACTIVE: '1' },
      outputs: [venv],
    },
    build: installProject(facts),
  }),
  pipenv: (facts) => ({
    setup: setup(facts),
    install: {
      ...inputs(facts),
      cmds: [
        ...installTool('pipenv', facts),
        `${tools}/bin/pipenv install ${facts.hasLock ? '--deploy' : '--skip-lock'}`,
        `rm -rf ${tools}`,
      ],
      cacheDirectories: ['~/.cache/pip', '~/.cache/pipenv'],
      variables: { ...pipVariables, PIPENV_VENV_IN_PROJECT: '1', PIPENV_IGNORE_VIRTUALENVS: '1', PIPENV_NOSPIN: '1' },
      outputs: [venv],
    },
    build: [],
  }),
}

function uvCommands(facts: InstallFacts, flags: readonly string[]): readonly string[] {
  const sync = [
    'uv sync',
    ...(facts.hasLock ? ['--frozen'] : []),
    '--no-dev --no-editable',
    ...flags,
    ...facts.extras.map((extra) => `--extra ${shellQuote(extra)}`),
    ...(facts.minor === undefined ? [] : [`--python ${facts.minor}`]),
  ]
  const install = installTool('uv', facts)
  return [
    ...(facts.isOwnTool ? install : [`command -v uv >/dev/null || { ${install.join(' && ')}; }`]),
    sync.join(' '),
    `rm -rf ${facts.up ?? ''}${tools}`,
  ]
}

/** `.venv/bin` is on PATH for this and all later phases, so that an overriding `pip install …` means the app's own. */
function setup({ python, up = '' }: InstallFacts): PhaseInput {
  return { cmds: [`${python} -m venv ${up}${venv}`], onlyIncludeFiles: [], paths: [`${venv}/bin`], outputs: [venv] }
}

function inputs({ inputs, secrets }: InstallFacts): PhaseInput {
  return { ...(inputs && { onlyIncludeFiles: [...inputs] }), ...(secrets.length > 0 && { secrets: [...secrets] }) }
}

function installTool(name: string, { python, toolVersion, up = '' }: InstallFacts): readonly string[] {
  return [`${python} -m venv ${up}${tools}`, `${up}${tools}/bin/pip install --quiet ${name}==${toolVersion}`]
}

function installProject({ project, pipLater, up = '' }: InstallFacts): readonly string[] {
  if (pipLater !== undefined) return [`${up}${venv}/bin/pip install ${pipLater.map(shellQuote).join(' ')}`]
  return project === undefined ? [] : [`${up}${venv}/bin/pip install --no-deps ${shellQuote(project)}`]
}
