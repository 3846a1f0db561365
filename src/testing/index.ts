/**
 * Record a session with a MatrixOne server once, replay it without one, and put faults between
 * client and server. A MySQL-protocol proxy and player over node:net; works with any client.
 */
export type { Fault, FaultPoint, ReplyFaultPoint } from './fault-points.js'
export type { FaultSwitches } from './faults.js'
export { proxy, type Proxy, type ProxyOptions } from './proxy.js'
export { record, type Recorder, type RecordOptions } from './record.js'
export { replay, type Player, type ReplayOptions, type UnansweredStatement } from './replay.js'
export type { ServerAddress } from './server-backend.js'
export { parseTape } from './tape/parse-tape.js'
export { printTape } from './tape/print-tape.js'
export type { Tape } from './tape/tape.js'
export type { TextOptions } from './tape/tape-text.js'
