import { describe, expect, it } from 'vitest'
import { parseConnectionUrl } from 'kysely-matrixone'

describe('a connection URL', () => {
  it('has the port of MatrixOne when it names none, and no database', () => {
    const expected = { host: 'h', port: 6001, user: 'root', password: '111' }
    expect(parseConnectionUrl('mysql://root:111@h')).toEqual(expected)
    expect(parseConnectionUrl('mysql://root:111@h/')).toEqual(expected)
  })

  it('is decoded part by part', () => {
    expect(parseConnectionUrl('matrixone://acme%23ann:p%25%40@[::1]:6002/my%20shop')).toEqual({
      host: '::1',
      port: 6002,
      user: 'acme#ann',
      password: 'p%@',
      database: 'my shop',
    })
  })

  it('may end in a slash, which is not part of the name', () => {
    expect(parseConnectionUrl('mysql://root:111@h/shop/').database).toBe('shop')
  })

  it('takes options of the pool', () => {
    const options = parseConnectionUrl('mysql://h?connectionLimit=3&enableKeepAlive=false')
    expect(options).toMatchObject({ connectionLimit: 3, enableKeepAlive: false })
    expect(() => parseConnectionUrl('mysql://h?ssl=true')).toThrow(/parameter ssl.*as an object/)
  })

  it.each(['no url', 'mysql://root:100%@h:6001/db', 'mysql://root:topsecret%zz@h/db'])(
    'that cannot be read says how to encode it, without the password: %s',
    (url) => {
      expect(() => parseConnectionUrl(url)).toThrow(/^(?!.*topsecret).*% as %25/s)
    },
  )

  it('of another protocol is refused', () => {
    expect(() => parseConnectionUrl('postgres://h/db')).toThrow(/starts with postgres:\/\//)
  })
})
