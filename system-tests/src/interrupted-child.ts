/**
 * Runs one command on a home and is killed, by itself, right after the nth record of the journal:
 * `node interrupted-child.ts <home> <listen port> <source> <app> <command> <worker> <n>`.
 */
import { deployApp, restartApp, rollbackApp, scaleApp, stopApp, type Home, type Host } from '@hop3/core'
import { appIn, createTemporaryHost } from './temporary-host.ts'

const [directory = '', listenPort, source = '', app = '', command = '', worker = '', records] = process.argv.slice(2)

function dyingHome(home: Home): Home {
  let seen = 0
  return {
    ...home,
    app: (name) => {
      const appHome = home.app(name)
      return {
        ...appHome,
        record: async (record) => {
          await appHome.record(record)
          if (++seen === Number(records)) process.kill(process.pid, 'SIGKILL')
        },
      }
    },
  }
}

const { host: real } = await createTemporaryHost({ directory, listenPort: Number(listenPort) })
const host: Host = { ...real, home: dyingHome(real.home) }
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  deploy: async () => deployApp(await appIn(source, app), host),
  rollback: async () => rollbackApp(app, host),
  scale: async () => scaleApp(app, host, { deltas: { [worker]: 1 } }),
  restart: async () => restartApp(app, host),
  stop: async () => stopApp(app, host),
}
await commands[command]?.()
