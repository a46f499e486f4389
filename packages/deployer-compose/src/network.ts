/** The app's own network: releases and data services find each other by name in it, and no other app is there. */
import type { DeploymentContext } from '@hop3/core'
import { expectStatus, type Engine } from './engine.ts'
import { homeMark, label, networkName } from './names.ts'

/** Its name. Made when it is not there. */
export async function ensureNetwork(
  engine: Engine,
  { appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>,
): Promise<string> {
  const mark = homeMark(directories.home)
  const name = networkName(appName, mark)
  if ((await engine.ask('GET', `/networks/${name}`)).status === 200) return name
  const answer = await engine.ask('POST', '/networks/create', {
    body: { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: { [label.home]: mark, [label.app]: appName } },
  })
  // 409: another command has made it meanwhile.
  expectStatus(answer, [201, 409], `Cannot make the network of ${appName}`)
  return name
}

/** Left alone while something is in it. */
export async function removeNetwork(
  engine: Engine,
  { appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>,
): Promise<void> {
  const answer = await engine.ask('DELETE', `/networks/${networkName(appName, homeMark(directories.home))}`)
  expectStatus(answer, [204, 403, 404, 409], `Cannot remove the network of ${appName}`)
}
