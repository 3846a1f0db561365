import { readParameters, type ParameterValue } from './execute-parameters.js'
import { readPrepared } from './packets.js'

interface Prepared {
  readonly sql: string
  readonly parameters: number
  types: Buffer
  readonly longData: Map<number, Buffer>
}

/** The prepared statements of one connection, by the id that its client knows them under. */
export class PreparedStatements {
  readonly #statements = new Map<number, Prepared>()

  /** Notes the statement that a prepare's first reply packet names. */
  register(sql: string, reply: Buffer): void {
    const { statementId, parameters } = readPrepared(reply)
    this.#statements.set(statementId, {
      sql,
      parameters,
      types: Buffer.alloc(0),
      longData: new Map(),
    })
  }

  sqlOf(payload: Buffer): string {
    return this.#of(payload)?.sql ?? ''
  }

  /** The values of a COM_STMT_EXECUTE, with those sent as long data filled in. */
  parametersOf(payload: Buffer): ParameterValue[] {
    const statement = this.#of(payload)
    if (statement === undefined || statement.parameters === 0) return []
    const { values, types } = readParameters(
      payload,
      statement.parameters,
      statement.types,
      statement.longData,
    )
    statement.types = types
    statement.longData.clear()
    return values
  }

  /** Keeps a COM_STMT_SEND_LONG_DATA: it comes in pieces, before the execute that uses it. */
  addLongData(payload: Buffer): void {
    if (payload.length < 7) return
    const longData = this.#of(payload)?.longData
    const index = payload.readUInt16LE(5)
    longData?.set(
      index,
      Buffer.concat([longData.get(index) ?? Buffer.alloc(0), payload.subarray(7)]),
    )
  }

  reset(payload: Buffer): void {
    this.#of(payload)?.longData.clear()
  }

  close(payload: Buffer): void {
    if (payload.length >= 5) this.#statements.delete(payload.readUInt32LE(1))
  }

  #of(payload: Buffer): Prepared | undefined {
    return payload.length < 5 ? undefined : this.#statements.get(payload.readUInt32LE(1))
  }
}
