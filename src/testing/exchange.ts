import type { Command } from './command.js'
import type { Packet } from './wire/frames.js'
import type { PacketRole } from './wire/reply-progress.js'

/** The client's end of one command or login: where the answer goes. */
export interface Exchange {
  send(payload: Buffer, role: PacketRole): Promise<void>
  /** A further packet of the client: a chunk of LOAD DATA, or an answer within a login. */
  receive(): Promise<Packet>
}

/** The backend of one client connection: a real server, or a tape. */
export interface Backend {
  /** Connects and returns the greeting's payload. */
  connect(): Promise<Buffer>
  /** Answers the login packet; true when the client may go on to commands. */
  login(payload: Buffer, exchange: Exchange): Promise<boolean>
  answer(command: Command, exchange: Exchange): Promise<void>
  /** Calls back when the server's end closes while no answer is under way. */
  onEnd(listener: (how: 'fin' | 'rst') => void): void
  close(): void
}
