/** In one file, because every toolchain is asked about every app: reading several takes longer. */
export { acceptNode } from './node/accept.ts'
export { acceptPython } from './python/accept.ts'
export { acceptStatic } from './static/accept.ts'
