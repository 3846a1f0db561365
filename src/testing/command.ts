import { describeCommand, type ReplyKind } from './wire/commands.js'
import type { ParameterValue } from './wire/execute-parameters.js'
import type { PreparedStatements } from './wire/prepared-statements.js'

/** One command of a client, in words. */
export interface Command {
  /** The protocol's name, such as `COM_QUERY`. */
  readonly name: string
  readonly reply: ReplyKind
  /** The SQL of a query, a prepare or an execute; the argument of other commands. */
  readonly text: string
  /** The bound values of an execute. */
  readonly parameters: readonly ParameterValue[] | undefined
  readonly payload: Buffer
}

/** Reads a command packet; the payload must not be empty. */
export function readCommand(payload: Buffer, prepared: PreparedStatements): Command {
  const { name, reply } = describeCommand(payload.readUInt8(0))
  const isExecute = name === 'COM_STMT_EXECUTE'
  return {
    name,
    reply,
    text: readText(name, payload, prepared),
    parameters: isExecute ? prepared.parametersOf(payload) : undefined,
    payload,
  }
}

function readText(name: string, payload: Buffer, prepared: PreparedStatements): string {
  switch (name) {
    case 'COM_QUERY':
    case 'COM_STMT_PREPARE':
    case 'COM_INIT_DB':
      return payload.toString('utf8', 1)
    case 'COM_STMT_EXECUTE':
    case 'COM_STMT_RESET':
      return prepared.sqlOf(payload)
    case 'COM_FIELD_LIST':
      return payload.toString('utf8', 1).split('\0').join(' ').trim()
    // The rest of a COM_CHANGE_USER is the scramble: never kept.
    case 'COM_CHANGE_USER':
      return payload.toString('utf8', 1, Math.max(1, payload.indexOf(0, 1)))
    default:
      return ''
  }
}

/** The text that faults match: the SQL, or `COM_PING`, `COM_INIT_DB shop` and so on. */
export function labelCommand(command: Command): string {
  const isStatement = command.reply === 'result' || command.reply === 'prepare'
  return isStatement ? command.text : `${command.name} ${command.text}`.trim()
}
