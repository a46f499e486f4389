/** The names a build gives to images. A name may be somebody's already: the release before was pushed under it, or a person uses it. */
import type { Log } from '@hop3/core'
import { dockerAnswer } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import { statusOf, tagImage, tidying, untagImage, type Engine } from './engine.ts'

export interface ImageNames {
  give(id: string, name: { readonly repo: string; readonly tag: string }): Promise<void>
  /** Every name is again what it was before it was given, the last one first. Never throws. */
  restore(): Promise<void>
}

export function imageNames(engine: Engine, log: Log): ImageNames {
  const given: { readonly repo: string; readonly tag: string; readonly before: string | undefined }[] = []
  return {
    async give(id, name) {
      const before = await imageOf(engine, `${name.repo}:${name.tag}`)
      given.push({ ...name, before })
      await tagImage(engine, id, name)
    },
    async restore() {
      for (const { repo, tag, before } of given.splice(0).toReversed()) {
        try {
          if (before === undefined) await untagImage(engine, `${repo}:${tag}`)
          else await tagAgain(engine, before, repo, tag)
        } catch (error) {
          log.debug(`Cannot put back ${repo}:${tag}: ${String(error)}`)
        }
      }
    },
  }
}

async function imageOf({ ask }: Engine, name: string): Promise<string | undefined> {
  try {
    const image = await ask({ method: 'GET', path: `/images/${encodeURIComponent(name)}/json` })
    return isObject(image) && typeof image['Id'] === 'string' ? image['Id'] : undefined
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Not ended by Ctrl-C. */
async function tagAgain({ host }: Engine, id: string, repo: string, tag: string): Promise<void> {
  const query = new URLSearchParams({ repo, tag })
  const path = `/images/${encodeURIComponent(id)}/tag?${query.toString()}`
  const { status } = await dockerAnswer(host, { method: 'POST', path, within: tidying })
  if (status >= 400) throw new Error(`the engine answered with status ${status}`)
}
