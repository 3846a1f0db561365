/** The kind of reply that follows a command. */
export type ReplyKind = 'none' | 'single' | 'result' | 'prepare' | 'fields' | 'auth'

interface CommandShape {
  readonly name: string
  readonly reply: ReplyKind
}

const COMMANDS: ReadonlyMap<number, CommandShape> = new Map([
  [0x01, { name: 'COM_QUIT', reply: 'none' }],
  [0x02, { name: 'COM_INIT_DB', reply: 'single' }],
  [0x03, { name: 'COM_QUERY', reply: 'result' }],
  [0x04, { name: 'COM_FIELD_LIST', reply: 'fields' }],
  [0x09, { name: 'COM_STATISTICS', reply: 'single' }],
  [0x0e, { name: 'COM_PING', reply: 'single' }],
  [0x11, { name: 'COM_CHANGE_USER', reply: 'auth' }],
  [0x16, { name: 'COM_STMT_PREPARE', reply: 'prepare' }],
  [0x17, { name: 'COM_STMT_EXECUTE', reply: 'result' }],
  [0x18, { name: 'COM_STMT_SEND_LONG_DATA', reply: 'none' }],
  [0x19, { name: 'COM_STMT_CLOSE', reply: 'none' }],
  [0x1a, { name: 'COM_STMT_RESET', reply: 'single' }],
  [0x1b, { name: 'COM_SET_OPTION', reply: 'single' }],
  [0x1f, { name: 'COM_RESET_CONNECTION', reply: 'single' }],
])

/** Names a command byte; MatrixOne answers an unknown one with a single error packet. */
export function describeCommand(code: number): CommandShape {
  return (
    COMMANDS.get(code) ?? { name: `COM_0x${code.toString(16).padStart(2, '0')}`, reply: 'single' }
  )
}
