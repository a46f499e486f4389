/** What planning may use of the host for providers that do not come with Hop3: plan files of installed packages, and programs. */

/** An installed package whose `hop3.plan` names a plan file: read, never run. */
export interface PlanPackage {
  readonly name: string
  /** Absolute and real; inside the package. */
  readonly planFile: string
}

export interface ProviderHost {
  readonly packages: readonly PlanPackage[]
  /** Installed packages that could have been one and are not, and why. */
  readonly ignored?: readonly { readonly name: string; readonly error: string }[]
  /**
   * Hop3's own directory. `exec:<name>` is looked for in its `providers/`; nothing else in it is ever run as a provider, because releases
   * and caches hold code that came with apps.
   */
  readonly home: string
  /** The operator's `--allow-provider-code`: run provider programs also where the host cannot keep them from the network. */
  readonly allowCode: boolean
}
