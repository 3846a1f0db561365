/** The options about the database that a schema is read from. */
import { type Source, sslModes } from './config.js'
import { oneOf, text, texts } from './option-checks.js'
import { ofOneSource, ofSchemas, type OptionRows } from './option-row.js'

const database = { commands: ofSchemas, inFile: true, part: 'source' } as const

/** The options about the database that a schema is read from. */
export const sourceOptions: OptionRows<keyof Source> = {
  url: {
    ...database,
    commands: [...ofOneSource, 'doctor'],
    flag: '--url <url>',
    variable: 'DATABASE_URL',
    help: 'mysql://user:password@host:6001/database',
    check: text,
  },
  databases: {
    ...database,
    flag: '--database <name>',
    help: 'a database to read; can be repeated, and the types are then keyed database.table',
    default: [],
    defaultText: "the URL's",
    check: texts,
    repeatable: true,
  },
  sslMode: {
    ...database,
    flag: '--ssl-mode <mode>',
    help: 'how the connection is encrypted',
    defaultText: 'disabled; verify-identity with --ssl-ca',
    check: oneOf(sslModes),
  },
  sslCa: {
    ...database,
    flag: '--ssl-ca <file>',
    help: "PEM file of the authority that signed the server's certificate",
    check: text,
  },
  sslCert: {
    ...database,
    flag: '--ssl-cert <file>',
    help: 'PEM file of a client certificate',
    check: text,
  },
  sslKey: {
    ...database,
    flag: '--ssl-key <file>',
    help: "PEM file of the client certificate's key",
    check: text,
  },
  at: {
    ...database,
    commands: ofOneSource,
    flag: '--at <snapshot>',
    help: "read the database as it was at one of MatrixOne's snapshots",
    check: text,
  },
}
