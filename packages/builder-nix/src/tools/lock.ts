/** Finds out the hash of what a template downloads, and writes it down. */
import { join } from 'node:path'
import { hop3Error, isHop3Error, writeFileAtomic, type BuildContext } from '@hop3/core'
import { withLock } from '@hop3/core/lock'
import { openBuildOutput } from '../build-output.ts'
import { prepareSource } from '../build.ts'
import { evaluate } from '../evaluate.ts'
import { derivationName } from '../nix-events.ts'
import { realise } from '../realise.ts'
import { createSession, useOf, type NixSession } from '../session.ts'
import { readSource } from '../source.ts'
import { hasNothingToDownload, lockInputs, lockName, readLock, lockText } from '../templates/lock.ts'
import { lockedTree } from '../templates/locked-tree.ts'
import { templateNames, type TemplateName } from '../templates/template-names.ts'
import { templates } from '../templates/templates.ts'

export interface LockedTemplate {
  readonly file: string
  readonly before: string | null
  readonly after: string | null
  readonly changed: boolean
}

const locking = templateNames.filter((name) => templates[name].locks !== undefined)
const fakeHash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='

/**
 * A hash that is known is replaced only where the files that say what is downloaded have changed: else somebody has exchanged what they name,
 * and that is for a person to decide (`accept`). Throws `build.nix-lock`, and what building throws.
 */
export async function lockTemplate(context: BuildContext, accept: boolean): Promise<LockedTemplate> {
  const session = await createSession(context)
  const { root, template } = session
  // One that cannot be read is not found out after minutes.
  if (template !== undefined) readLock(root, template)
  const use = template === undefined ? undefined : useOf(session, template)
  const inputs = use === undefined ? undefined : lockInputs(use, lockedTree(root, (await readSource(session)).entries))
  if (template === undefined || use === undefined || inputs === undefined) {
    throw hop3Error(
      'build.nix-lock',
      `${context.appName} has nothing to lock: ${template === undefined ? 'it uses no template' : `${template} downloads nothing by itself`}.`,
      {
        hint: `Templates with a lock file are ${locking.join(', ')}.`,
      },
    )
  }
  const hash = hasNothingToDownload(use) ? null : await download(session, template, inputs)
  return withLock(context, { subject: lockName, operation: 'change' }, async () => {
    // As it is now: a download takes its time, and another may have written meanwhile.
    const before = readLock(root, template)
    if (before?.inputs === inputs && before.hash !== hash && !accept) throw exchanged(before.hash, hash)
    const changed = before?.hash !== hash || before.inputs !== inputs
    if (changed) await writeFileAtomic(join(root, lockName), lockText(root, template, { hash, inputs }))
    return { file: join(root, lockName), before: before?.hash ?? null, after: hash, changed }
  })
}

/** Nix itself says what it got in place of a hash that nothing has. Of what else the build fetches, no hash is taken. */
async function download(session: NixSession, template: TemplateName, inputs: string): Promise<string> {
  const output = openBuildOutput(join(session.context.release.path, 'build.log'), session.context)
  try {
    const staged = await prepareSource({ ...session, locked: { hash: fakeHash, inputs } })
    const { app } = await evaluate(session, staged.path)
    await realise(session, app.realise, output)
    throw notAsked(template)
  } catch (error) {
    if (!isHop3Error(error) || error.code !== 'build.nix-hash') throw error
    const { derivation, wanted, got } = error.details
    const name = typeof derivation === 'string' ? derivationName(derivation) : ''
    const isOwn = name.startsWith(`${session.context.appName}-`) && templates[template].downloads?.test(name) === true
    if (!isOwn || wanted !== fakeHash || typeof got !== 'string') throw error
    return got
  } finally {
    output.close()
  }
}

/** Whatever has the hash of nothing is there already, or the template's download was not part of the build. */
function notAsked(template: TemplateName): Error {
  return hop3Error(
    'build.nix-lock',
    `The build by ${template} went through without the hash that was to be found out: it downloads nothing.`,
    {
      hint: 'Look at what <nixpkgs> means on this host: its functions do not do what the template expects of them.',
      details: { template },
    },
  )
}

function exchanged(before: string | null, after: string | null): Error {
  return hop3Error(
    'build.nix-lock',
    `What is downloaded is not what it was, though nothing that names it has changed: ${lockName} has ${before}, and now it is ${after}.`,
    {
      hint: 'Find out why. Where it is meant: `hop3 nix lock --accept`.',
      details: { before, after },
    },
  )
}
