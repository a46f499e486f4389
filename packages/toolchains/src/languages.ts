/** In one file, because every toolchain is asked about every app: ten files take longer to read than all of them in one. */
export { acceptNode } from './node/accept.ts'
export { planNode } from './node/plan.ts'
export { acceptPython } from './python/accept.ts'
export { planPython } from './python/plan.ts'
export { acceptStatic } from './static/accept.ts'
export { planStatic } from './static/plan.ts'
