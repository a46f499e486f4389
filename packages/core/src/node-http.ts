/**
 * Node's modules of HTTP, taken when they are needed and not imported: an import of `node:http` reads its every member, and one of those loads
 * the whole of the built-in fetch, 15 ms and more.
 */
export const nodeHttp = () => process.getBuiltinModule('node:http')
export const nodeHttps = () => process.getBuiltinModule('node:https')
