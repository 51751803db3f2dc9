import { describe, expect, it } from 'vitest'
import { readCursor, writeCursor } from './cursor.ts'

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a cursor', () => {
  it('comes back as it went', () => {
    const key = { pk: 'KEY#AKIA', dueAt: 1_767_603_600_000 }
    expect(readCursor('due/1', writeCursor('due/1', key))).toStrictEqual(key)
  })

  it.each([
    '',
    'not base64url !',
    'AAAA',
    encoded(null),
    encoded({ query: 'due/1' }),
    encoded({ query: 'due/1', key: { pk: { $ne: '' } } }),
    encoded({ query: 'due/1', key: {}, table: 'other' }),
    writeCursor('due/2', { pk: 'x' }),
    writeCursor('account/111111111111', { pk: 'x' }),
  ])('is refused: %s', (cursor) => {
    expect(() => readCursor('due/1', cursor)).toThrow(
      expect.objectContaining({ code: 'KEYNAG_OPTION_INVALID', errorClass: 'permanent' }),
    )
  })
})
