import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KeynagError } from '../errors.ts'
import { aKeyId, anAccountId, at } from '../testing/index.ts'
import { makeEvent } from './make-event.ts'
import { events, parseEvent, queueNames, queueOf } from './registry.ts'

const folder = new URL('../../fixtures/events/', import.meta.url)
const files = readdirSync(folder)

/** A fixture as parsed JSON. The file of a released event is never edited. */
function fixture(file: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${file} is no object`)
  return { ...parsed }
}

function errorOf(input: unknown): KeynagError {
  try {
    parseEvent(input)
  } catch (error) {
    if (error instanceof KeynagError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('every event ever released', () => {
  it.each(files)('still parses without a change: %s', (file) => {
    const input = fixture(file)
    expect(parseEvent(input)).toStrictEqual(input)
    expect(file).toBe(`${String(input['type'])}.v${String(input['dataversion'])}.json`)
  })

  it('has a fixture of its current version', () => {
    for (const [type, schema] of Object.entries(events)) {
      expect(files).toContain(`${type}.v${schema.shape.dataversion.value}.json`)
    }
  })

  it('has a queue', () => {
    expect(new Set(Object.values(queueOf))).toStrictEqual(new Set(queueNames))
  })
})

describe('input that is no event of this release', () => {
  const event = fixture('key.stale.v1.json')
  const data = { ...Object(event['data']) }

  it.each([
    ['an unknown type', { ...event, type: 'key.lost' }, 'KEYNAG_EVENT_UNKNOWN'],
    [
      'the name of a built-in property as type',
      { ...event, type: 'constructor' },
      'KEYNAG_EVENT_UNKNOWN',
    ],
    ['a newer version', { ...event, dataversion: 2 }, 'KEYNAG_EVENT_UNKNOWN'],
    ['an older version', { ...event, dataversion: 0 }, 'KEYNAG_MESSAGE_INVALID'],
    ['an extra attribute', { ...event, extra: 1 }, 'KEYNAG_MESSAGE_INVALID'],
    ['an extra field', { ...event, data: { ...data, secret: 'x' } }, 'KEYNAG_MESSAGE_INVALID'],
    ['no data', { ...event, data: undefined }, 'KEYNAG_MESSAGE_INVALID'],
    ['another specversion', { ...event, specversion: '0.3' }, 'KEYNAG_MESSAGE_INVALID'],
    ['a malformed time', { ...event, time: 'today' }, 'KEYNAG_MESSAGE_INVALID'],
    [
      'a malformed key',
      { ...event, data: { ...data, accessKeyId: 'x/y' } },
      'KEYNAG_MESSAGE_INVALID',
    ],
    ['an empty body', {}, 'KEYNAG_MESSAGE_INVALID'],
    ['text', 'key.stale', 'KEYNAG_MESSAGE_INVALID'],
    ['nothing', undefined, 'KEYNAG_MESSAGE_INVALID'],
    ['a list', [event], 'KEYNAG_MESSAGE_INVALID'],
  ])('%s is refused with a permanent error', (_, input, code) => {
    expect(errorOf(input)).toMatchObject({ code, errorClass: 'permanent' })
  })

  it('is not repeated in the error, because it may be a secret', () => {
    const input = {
      ...event,
      data: { ...data, accessKeyId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    }
    expect(errorOf(input).message).not.toContain('wJalr')
  })
})

describe('an event', () => {
  const origin = { source: 'keynag/test', now: at('2026-01-05T09:00:00Z'), newId: () => 'id-1' }

  it('is made with its envelope', () => {
    const accessKeyId = aKeyId()
    const event = makeEvent('rotation.due', accessKeyId, { accessKeyId }, origin)
    expect(event).toStrictEqual({
      specversion: '1.0',
      id: 'id-1',
      source: 'keynag/test',
      type: 'rotation.due',
      time: '2026-01-05T09:00:00Z',
      subject: accessKeyId,
      datacontenttype: 'application/json',
      dataversion: 1,
      data: { accessKeyId },
    })
    expect(parseEvent(JSON.parse(JSON.stringify(event)))).toStrictEqual(event)
  })

  it('is never made with data that does not fit its schema', () => {
    const data = { date: 'tomorrow', accountId: anAccountId() }
    expect(() => makeEvent('scan.requested', anAccountId(), data, origin)).toThrow(KeynagError)
  })
})
