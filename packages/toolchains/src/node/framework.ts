/** What is known of frameworks: how they are recognized, what their build writes, and whether that is a site or a server. */

export interface Framework {
  readonly name: string
  /** Recognized by a dependency of this name. The table's order decides between several. */
  readonly dependency: string
  /** What the build writes, where that does not depend on configuration. */
  readonly outputs: readonly string[]
  /** The framework's own build command: a script of nothing else (besides type checks) writes `outputs` and nothing more. */
  readonly build: RegExp
  /** Start scripts that are the template's, and so no decision of the author's. */
  readonly templateStart?: RegExp
  /** Run when there is no build script. */
  readonly buildCommand?: string
  /** Kept between the builds of an app, and no part of what is deployed. */
  readonly caches?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  /** Without an adapter it builds no server, and the template's start script is that of development. */
  readonly needsAdapter?: true
  /** Its build is for an app in another language, which serves it. */
  readonly isPart?: true
}

export const frameworks: readonly Framework[] = [
  { name: 'laravel', dependency: 'laravel-vite-plugin', outputs: ['public/build'], build: /^vite build$/, isPart: true },
  { name: 'symfony', dependency: 'vite-plugin-symfony', outputs: ['public/build'], build: /^vite build$/, isPart: true },
  { name: 'rails', dependency: 'vite-plugin-ruby', outputs: ['public/vite'], build: /^vite build$/, isPart: true },
  {
    name: 'next',
    dependency: 'next',
    outputs: ['.next'],
    build: /^next build\b/,
    templateStart: /^next start$/,
    caches: ['.next/cache'],
    variables: { NEXT_TELEMETRY_DISABLED: '1' },
  },
  {
    name: 'nuxt',
    dependency: 'nuxt',
    outputs: ['.output'],
    build: /^nux[ti] (?:build|generate)\b/,
    templateStart: /^nux[ti] (?:start|preview|dev)\b/,
    variables: { NUXT_TELEMETRY_DISABLED: '1' },
  },
  { name: 'sveltekit', dependency: '@sveltejs/kit', outputs: ['build', '.svelte-kit'], build: /^vite build$/, templateStart: /^vite\b/ },
  {
    name: 'react-router',
    dependency: '@react-router/dev',
    outputs: ['build'],
    build: /^react-router build\b/,
    templateStart: /^react-router-serve \S*build\/server\/index\.js$/,
  },
  {
    name: 'remix',
    dependency: '@remix-run/dev',
    outputs: ['build', 'public/build'],
    build: /^remix (?:vite:)?build\b/,
    templateStart: /^remix-serve (?=\S*build)\S*index\.js$/,
  },
  ...['@solidjs/start', '@tanstack/react-start', '@tanstack/solid-start'].map((dependency): Framework => ({
    name: dependency.startsWith('@tanstack/') ? 'tanstack-start' : 'solid-start',
    dependency,
    outputs: ['.output'],
    build: /^(?:vinxi|vite) build$/,
    templateStart: /^(?:vinxi|vite)\b|^node \.output\/server\/index\.mjs$/,
  })),
  {
    name: 'astro',
    dependency: 'astro',
    outputs: ['dist'],
    build: /^astro build$/,
    templateStart: /^astro (?:dev|preview)\b/,
    variables: { ASTRO_TELEMETRY_DISABLED: '1' },
  },
  ...['@builder.io/qwik-city', '@qwik.dev/router'].map((dependency): Framework => ({
    name: 'qwik',
    dependency,
    outputs: ['dist', 'server'],
    build: /^qwik build$/,
    templateStart: /^(?:vite|qwik)\b/,
    needsAdapter: true,
  })),
  {
    name: 'docusaurus',
    dependency: '@docusaurus/core',
    outputs: ['build'],
    build: /^docusaurus build$/,
    templateStart: /^docusaurus (?:start|serve)\b/,
  },
  {
    name: 'gatsby',
    dependency: 'gatsby',
    outputs: ['public'],
    build: /^gatsby build\b/,
    templateStart: /^(?:gatsby (?:develop|serve)|npm run develop)\b/,
    variables: { GATSBY_TELEMETRY_DISABLED: '1' },
  },
  {
    name: 'hexo',
    dependency: 'hexo',
    outputs: [],
    build: /^hexo (?:generate|g)\b/,
    templateStart: /^hexo (?:server|s)\b/,
    buildCommand: 'hexo generate',
  },
  {
    name: 'slidev',
    dependency: '@slidev/cli',
    outputs: [],
    build: /^slidev build\b/,
    templateStart: /^slidev(?! (?:build|export))\b/,
    buildCommand: 'slidev build',
  },
  { name: 'vitepress', dependency: 'vitepress', outputs: [], build: /^vitepress build\b/, templateStart: /^vitepress\b/ },
  { name: 'vuepress', dependency: 'vuepress', outputs: [], build: /^vuepress(?:-\w+)? build\b/, templateStart: /^vuepress\b/ },
  {
    name: 'eleventy',
    dependency: '@11ty/eleventy',
    outputs: ['_site'],
    build: /^(?:npx )?(?:@11ty\/)?eleventy$/,
    // The first of its names, once found, is not looked for again.
    templateStart: /^(?=(.*?eleventy))\1.*--serve/m,
    buildCommand: 'eleventy',
  },
  {
    name: 'angular',
    dependency: '@angular/core',
    outputs: ['dist'],
    build: /^ng build$/,
    templateStart: /^ng serve\b/,
    variables: { NG_CLI_ANALYTICS: 'false' },
  },
  {
    name: 'create-react-app',
    dependency: 'react-scripts',
    outputs: ['build'],
    build: /^react-scripts build$/,
    templateStart: /^react-scripts start$/,
  },
  {
    name: 'vue-cli',
    dependency: '@vue/cli-service',
    outputs: ['dist'],
    build: /^vue-cli-service build$/,
    templateStart: /^vue-cli-service serve\b/,
  },
  {
    name: 'expo',
    dependency: 'expo',
    outputs: ['dist'],
    build: /^expo export\b/,
    templateStart: /^expo start\b/,
    buildCommand: 'expo export --platform web',
    needsAdapter: true,
  },
  {
    name: 'farm',
    dependency: '@farmfe/core',
    outputs: ['dist'],
    build: /^farm build$/,
    templateStart: /^farm(?: (?:start|dev|preview))?$/,
  },
  { name: 'nest', dependency: '@nestjs/core', outputs: ['dist'], build: /^nest build$/, templateStart: /^nest start$/ },
  { name: 'parcel', dependency: 'parcel', outputs: ['dist'], build: /^parcel build\b/, templateStart: /^parcel(?: serve)?(?: |$)/ },
  { name: 'vite', dependency: 'vite', outputs: ['dist'], build: /^vite build$/, templateStart: /^vite\b/ },
  // After Vite: an app that Vite builds may list it as well.
  {
    name: 'rsbuild',
    dependency: '@rsbuild/core',
    outputs: ['dist'],
    build: /^rsbuild build$/,
    templateStart: /^rsbuild (?:dev|preview)\b/,
  },
  // Last: what other frameworks are made of is listed beside them.
  ...(['webpack', '@rspack/cli'] as const).map((dependency): Framework => ({
    name: dependency === 'webpack' ? 'webpack' : 'rspack',
    dependency,
    outputs: [],
    build: /^(?:webpack|rspack)\b/,
    templateStart: /^(?:npx )?(?:webpack-dev-server|(?:webpack|rspack) (?:dev|s|serve|server|preview))(?=\s|$)/,
  })),
]

/** A client-side router: deep links exist only in the browser, so unknown paths are answered with index.html. */
export const clientRouters: readonly string[] = [
  'react-router',
  'react-router-dom',
  '@tanstack/react-router',
  '@tanstack/solid-router',
  '@tanstack/vue-router',
  '@reach/router',
  'wouter',
  'wouter-preact',
  'vue-router',
  'preact-router',
  'preact-iso',
  '@solidjs/router',
  'solid-app-router',
  'svelte-routing',
  'svelte-spa-router',
  '@mateothegreat/svelte5-router',
  '@angular/router',
  '@vaadin/router',
  '@lit-labs/router',
  'navigo',
  'page',
]
