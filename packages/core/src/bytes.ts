const units = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** `812 bytes`, `12.3 kB`, `81 MB`: powers of 1000, as disks and registries count. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}
