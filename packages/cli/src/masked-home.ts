import type { AppHome, Home } from '@hop3/core'

/** The home, telling `protect` of every value of an app's variables that goes through it, so that none of them is ever shown. */
export function maskedHome(home: Home, protect: (secrets: Iterable<string>) => void): Home {
  return Object.freeze<Home>({ ...home, app: (name) => maskedAppHome(home.app(name), protect) })
}

function maskedAppHome(appHome: AppHome, protect: (secrets: Iterable<string>) => void): AppHome {
  return Object.freeze<AppHome>({
    ...appHome,
    async readEnv() {
      const values = await appHome.readEnv()
      protect(Object.values(values))
      return values
    },
    async writeEnv(changes) {
      protect(Object.values(changes).filter((value) => value !== undefined))
      await appHome.writeEnv(changes)
    },
  })
}
