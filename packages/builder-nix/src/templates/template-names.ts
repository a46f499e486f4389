/** Their names, apart from what they are: the configuration's schema needs no more. */
export const templateNames = [
  'nixpkgs-wrapper',
  'prebuilt-binary',
  'prebuilt-archive',
  'java-war',
  'node-prebuilt',
  'node-pnpm-install',
  'python-venv',
  'go-source',
  'php-app',
  'ruby-bundler',
  'java-gradle',
  'java-maven',
] as const

export type TemplateName = (typeof templateNames)[number]
