/** `@hop3/systemd`: the workers of an artifact as hardened systemd units. Pure: it starts no process and reads no file. */
export { appUnits } from './app-units.ts'
export type { AppUnits, UnitsRequest, UwsgiProgram, WorkerUnit } from './app-units.ts'
export { environmentText, fileVariables } from './environment-text.ts'
export { unitText } from './unit.ts'
export type { Settings, Unit } from './unit.ts'
