/** nixpacks' providers that have another name here. */
const renamed: Readonly<Record<string, string>> = { staticfile: 'static', csharp: 'dotnet', fsharp: 'dotnet' }

/** The toolchain that does what nixpacks' provider of this name does. */
export function toolchainOfProvider(name: string): string {
  return Object.hasOwn(renamed, name) ? (renamed[name] ?? name) : name
}
