/** Which TCP port an image means: for whoever describes one, and for whoever runs one that nobody has described. */

/** Where an app is told to listen when nothing says where it does. */
export const defaultImagePort = 8080

/** Of `ExposedPorts` in an image's configuration, TCP, ascending. */
export function exposedPorts(value: unknown): readonly number[] {
  if (typeof value !== 'object' || value === null) return []
  const ports = Object.keys(value).flatMap((key) => portNumber(/^(\d+)(?:\/tcp)?$/i.exec(key)?.[1]) ?? [])
  return ports.toSorted((one, other) => one - other)
}

/** The only one; of several one where web servers usually listen, else the first. Undefined for none. */
export function likelyPort(ports: readonly number[]): number | undefined {
  return usual.find((one) => ports.includes(one)) ?? ports[0]
}

/** Most likely first. */
const usual = [8080, 80, 3000, 8000, 5000]

/** Undefined for what is no port's number. */
export function portNumber(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0
  return port > 0 && port < 65_536 ? port : undefined
}
