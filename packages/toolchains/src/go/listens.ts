/** Whether anything shows that a program serves. */
import { posix } from 'node:path'
import { goFiles } from './main-packages.ts'
import type { MainPackage } from './main-packages.ts'
import type { GoSource } from './module.ts'

const modules =
  /\b(?:gin|echo|fiber|chi|mux|httprouter|fasthttp|grpc|connect|iris|beego|gofr|huma|hertz|kratos|go-zero|twirp|http|server|websocket|net|web)\b/
const calls = /"net(?:\/\w+)*"|\bPORT\b|\bListen/

/** True as well where the program takes in packages of its own: what they do is not looked into. */
export async function mayListen({ source, modules: all }: GoSource, main: MainPackage): Promise<boolean> {
  if (all.some(({ requires }) => [...requires].some((path) => modules.test(path)))) return true
  const own = all.map(({ path }) => path).filter((path) => path !== '')
  for (const name of (await goFiles(source, main.directory)).slice(0, 20)) {
    const text = (await source.readText(posix.join(main.directory, name))) ?? ''
    if (calls.test(text) || own.some((path) => text.includes(`"${path}`))) return true
  }
  return false
}
