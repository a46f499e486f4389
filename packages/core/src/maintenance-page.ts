/** What visitors of an app in maintenance get. */

/** Bytes of a page: it travels in the artifact and in the route, and is kept in memory by who sends it. */
export const longestPage = 256 * 1024

/** What goes with the page, besides its length: nobody keeps it, and who can wait comes again in two minutes. */
export const maintenanceHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Retry-After': '120',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

/** Of an app that has none of its own: it says as little as can be. */
export const plainPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Under maintenance</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; color-scheme: light dark; max-width: 30rem; margin: 20vh auto; padding: 0 1rem }
</style>
<h1>Under maintenance</h1>
<p>This site is being worked on. Please come back in a few minutes.</p>
</html>
`
