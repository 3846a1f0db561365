import { describe, expect, it } from 'vitest'
import { toPoolOptions } from '../../../src/connection/mysql2/pool-options.js'

describe('options of a pool', () => {
  it('have the port of MatrixOne, where mysql2 would take 3306', () => {
    expect(toPoolOptions({ host: 'h' })).toMatchObject({ host: 'h', port: 6001 })
    expect(toPoolOptions({ host: 'h', port: undefined as never })).toMatchObject({ port: 6001 })
    expect(toPoolOptions({})).toMatchObject({ host: '127.0.0.1', port: 6001 })
  })

  it('keep an address of their own', () => {
    expect(toPoolOptions({ host: 'h', port: 6002 })).toMatchObject({ host: 'h', port: 6002 })
    expect(toPoolOptions({ socketPath: 'mo.sock' })).not.toHaveProperty('port')
    expect(toPoolOptions({ uri: 'mysql://h:6002' })).not.toHaveProperty('port')
  })

  it('never reset a connection when it is released, which would close it', () => {
    expect(toPoolOptions({ resetOnRelease: true })).toMatchObject({ resetOnRelease: false })
  })
})
