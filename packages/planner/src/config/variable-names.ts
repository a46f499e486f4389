/** The names of the variables that say how to build an app, each without its `HOP3_` or `NIXPACKS_`. */

/** Those that are about no language. */
export const generalVariables: readonly string[] = [
  'PKGS',
  'APT_PKGS',
  'LIBS',
  'INSTALL_CMD',
  'BUILD_CMD',
  'START_CMD',
  'INSTALL_CACHE_DIRS',
  'BUILD_CACHE_DIRS',
  'CONFIG_FILE',
  'PROVIDERS',
  'NO_CACHE',
]

/** What a value stands for; null for what is the default anyway. */
export type TranslatedValues = Readonly<Record<string, { readonly name: string; readonly value: string } | null>>

/** nixpacks' names for what is `<TOOL>_VERSION` or `<TOOLCHAIN>_<OPTION>` here. */
export const variableAliases: Readonly<Record<string, string | TranslatedValues>> = {
  CSHARP_SDK_VERSION: 'DOTNET_VERSION',
  JDK_VERSION: 'JAVA_VERSION',
  SPA_OUT_DIR: 'NODE_OUTPUT_DIRECTORY',
  STATICFILE_ROOT: 'STATIC_ROOT',
  CARGO_WORKSPACE: 'RUST_WORKSPACE',
  PHP_ROOT_DIR: 'PHP_ROOT',
  PYTHON_PACKAGE_MANAGER: {
    auto: null,
    requirements: { name: 'PYTHON_STRATEGY', value: 'requirements' },
    setuptools: { name: 'PYTHON_STRATEGY', value: 'pyproject' },
    skip: { name: 'INSTALL_CMD', value: '' },
  },
}

/** Options under names nixpacks has as well: whoever writes them means them, also where no toolchain reads them. */
export const nixpacksOptions: readonly string[] = [
  'GO_BIN',
  'RUST_BIN',
  ...Object.values(variableAliases).filter((alias) => typeof alias === 'string'),
]

/** nixpacks' variables that mean nothing here: `warn` where somebody wanted something by them. */
export const ignoredVariables: Readonly<Record<string, 'silent' | 'warn'>> = {
  METADATA: 'silent',
  VERBOSE: 'silent',
  PATH: 'silent',
  SPA_OUTPUT_DIR: 'silent',
  DEBIAN: 'warn',
  NO_MUSL: 'warn',
  SPA_CADDY: 'warn',
  NX_APP_NAME: 'warn',
  TURBO_APP_NAME: 'warn',
  MOON_APP_NAME: 'warn',
  MOON_BUILD_TASK: 'warn',
  MOON_START_TASK: 'warn',
  PHP_FALLBACK_PATH: 'warn',
  COBOL_COMPILE_ARGS: 'warn',
  COBOL_APP_NAME: 'warn',
}
