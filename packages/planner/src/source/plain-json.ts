/** JSON with comments and trailing commas, as deno.json, tsconfig.json and every `.jsonc` may have them. */

/** Whether the program a file is for reads comments in it. */
export function allowsComments(path: string): boolean {
  return /(?:\.jsonc|(?:^|\/)(?:deno|[jt]sconfig(?:\.[^/]*)?)\.json)$/.test(path)
}

/** The same with comments and trailing commas blanked: what is left stands where it stood, so that positions hold. */
export function plainJson(text: string): string {
  const withoutComments = /\/[/*]/.test(text)
    ? text.replace(/"(?:\\[^]|[^"\\\n])*"?|\/\/[^\n]*|\/\*(?:[^]*?\*\/|[^]*)/g, (part) => (part.startsWith('"') ? part : blank(part)))
    : text
  if (!/,\s*[}\]]/.test(withoutComments)) return withoutComments
  return withoutComments.replace(/"(?:\\[^]|[^"\\\n])*"?|,(?=\s*[}\]])/g, (part) => (part === ',' ? ' ' : part))
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, ' ')
}
