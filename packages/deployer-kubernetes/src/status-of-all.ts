/** What runs of every app of a home: one look at each cluster, however many of them are there. */
import { toHop3Error, type DeploymentContext, type HomeStatus, type WorkerStatus } from '@hop3/core'
import { withCluster, type Cluster } from './client/cluster.ts'
import { itemsOf, tableIn, textIn, type Table } from './json-table.ts'
import { collectionPath, type Kind } from './objects/kinds.ts'
import { homeMark, label, ownSelector } from './objects/names.ts'
import { labelOf, listOwn, type Where } from './own-objects.ts'
import { outageAt } from './outage.ts'
import { appsWithPlace, mayRun, readPlace, type Place } from './place.ts'
import { workersAt } from './status.ts'
import { checkLed, whereAt } from './with-place.ts'

/** See `Deployer.statusOfAll`. A cluster that is away hides the apps that run on it alone. */
export async function statusOfAll(context: DeploymentContext): Promise<HomeStatus> {
  const workers: WorkerStatus[] = []
  const failures = new Map<string, Error>()
  const outages = new Map<string, string | undefined>()
  const trying = async (apps: readonly string[], work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      context.signal.throwIfAborted()
      for (const app of apps) failures.set(app, toHop3Error(error, `Cannot see what runs of ${app}`))
    })
  }
  const places = new Map<string, Place>()
  for (const app of await appsWithPlace(context.directories))
    await trying([app], async () => {
      const place = await readPlace({ ...context, appName: app })
      if (place !== undefined && mayRun(place)) places.set(app, place)
    })
  const byContext = Map.groupBy(places, ([, place]) => place.context)
  const surveys = [...byContext].map(([name, apps]) =>
    trying(
      apps.map(([app]) => app),
      () =>
        withCluster(context, { context: name }, async (cluster) => {
          const list = listerOf(cluster, homeMark(context.directories.home))
          for (const [app, place] of apps)
            await trying([app], async () => {
              const of = { ...context, appName: app }
              checkLed(of, place, cluster)
              const where = whereAt(of, place)
              workers.push(...(await workersAt(where, (kind) => list(kind, where))))
              outages.set(app, await outageAt(of, { where, place }, (kind) => list(kind, where)))
            })
        }),
    ),
  )
  await Promise.all(surveys)
  return { workers, outageOf: (app) => outages.get(app), failureOf: (app) => failures.get(app) }
}

type Lister = (kind: Kind, where: Where) => Promise<readonly Table[]>

/** Who may not look everywhere looks where each app is. */
function listerOf(cluster: Cluster, mark: string): Lister {
  const everywhere = new Map<Kind, Promise<readonly Table[] | undefined>>()
  return async (kind, where) => {
    const asked = everywhere.get(kind) ?? listEverywhere(cluster, kind, mark)
    everywhere.set(kind, asked)
    const all = await asked
    return all === undefined ? listOwn(cluster, kind, where) : all.filter((one) => isAt(one, where))
  }
}

async function listEverywhere(cluster: Cluster, kind: Kind, mark: string): Promise<readonly Table[] | undefined> {
  const path = `${collectionPath(kind, '')}?labelSelector=${encodeURIComponent(ownSelector({ mark }))}`
  const { status, body } = await cluster.ask({ method: 'GET', path })
  return status === 200 ? itemsOf(body) : undefined
}

const isAt = (object: Table, { app, namespace }: Where): boolean =>
  labelOf(object, label.app) === app && textIn(tableIn(object, 'metadata'), 'namespace') === namespace
