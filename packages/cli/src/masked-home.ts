import { isPlanVariable, type AppHome, type Home } from '@hop3/core'

/**
 * The home, telling `protect` of every value of an app's variables that goes through it, so that none of them is ever shown; but for those
 * that say how to build it, which every plan shows.
 */
export function maskedHome(home: Home, protect: (secrets: Iterable<string>) => void): Home {
  return Object.freeze<Home>({ ...home, app: (name) => maskedAppHome(home.app(name), protect) })
}

function maskedAppHome(appHome: AppHome, protect: (secrets: Iterable<string>) => void): AppHome {
  return Object.freeze<AppHome>({
    ...appHome,
    async readEnv() {
      const values = await appHome.readEnv()
      protect(secretsOf(values))
      return values
    },
    async writeEnv(changes) {
      protect(secretsOf(changes))
      await appHome.writeEnv(changes)
    },
  })
}

function secretsOf(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value === undefined || isPlanVariable(name) ? [] : [value]))
}
