/** Processes and their sockets as the kernel tells of them, in an entry of their own (`@hop3/core/processes`): most commands never look. */
export { endKept, identifyProcess, keptProcess } from './kept-process.ts'
export { processIds, readArguments, readEnvironment, readProcessStat, socketInodes, variableIn } from './process-facts.ts'
export type { ProcessStat } from './process-facts.ts'
export { identifySelf, isRunning, livenessOf, parseIdentity, signalGroup, signalProcess } from './process-identity.ts'
export type { Liveness, ProcessIdentity } from './process-identity.ts'
export { formatSocket, isUdpPortBound, readTcpSockets } from './tcp-sockets.ts'
export type { TcpSocket } from './tcp-sockets.ts'
