import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret.ts'

const bytes = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

describe('a secret', () => {
  const secret = new Secret(bytes)
  const holder = { created: { accessKeyId: 'AKIA', secretAccessKey: secret } }

  it.each([
    ['a string', String(secret)],
    ['a template', `${String(secret)}, ${secret.toString()}`],
    ['concatenation', 'key: ' + secret],
    ['JSON', JSON.stringify(holder)],
    ['inspection', inspect(holder, { depth: 9, showHidden: true })],
    ['an error', inspect(new Error('failed', { cause: holder }), { depth: 9 })],
    ['its fields', JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['a copy', JSON.stringify(Object.assign({}, secret))],
  ])('is not printed by %s', (_, printed) => {
    expect(printed).not.toContain(bytes)
    expect(printed).not.toContain(bytes.slice(0, 8))
  })

  it('prints as a mask', () => {
    expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}')
  })

  it('returns its value from reveal', () => {
    expect(secret.reveal()).toBe(bytes)
  })
})
