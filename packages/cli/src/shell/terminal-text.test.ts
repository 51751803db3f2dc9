import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { escaped, terminalText } from './terminal-text.ts'

/** A terminal that wants colours, and a pipe. */
const terminal = Object.assign(new PassThrough(), {
  isTTY: true,
  getColorDepth: () => 8,
  hasColors: () => true,
})
const pipe = new PassThrough()

/** What a stranger may put into a tag: it clears the screen, sets a title, turns the text round. */
const hostile = 'ann\u001b[2J\u001b]0;owned\u0007\u009b31m\u202eexe.\u2066\r\u{e0001}'

describe('text for a terminal', () => {
  it.each([
    ['a terminal', terminal],
    ['a pipe', pipe],
  ])('has no control character of a stranger on %s', (_, stream) => {
    const { styled, written } = terminalText()
    const plain = written(`${styled('red', hostile)}\n${hostile}`, stream)
      .replace('\u001b[31m', '')
      .replace('\u001b[39m', '')
    expect(plain.split('\n')).toStrictEqual([escaped(hostile), escaped(hostile)])
    expect(escaped(hostile)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('has colours where they are wanted', () => {
    const { styled, written } = terminalText()
    const text = styled('bold', 'code')
    expect(written(text, terminal)).toBe('\u001b[1mcode\u001b[22m')
    expect(written(text, pipe)).toBe('code')
  })

  it('takes no colour from a stranger, who may have seen how others are written', () => {
    const seen = terminalText().styled('red', '')
    expect(terminalText().written(`${seen}\u001b[31mred`, terminal)).not.toContain('\u001b')
  })

  it('keeps the meaning of JSON', () => {
    const json = JSON.stringify({ [hostile]: [hostile] }, undefined, 2)
    const written = terminalText().written(json, pipe)
    expect(written).not.toBe(json)
    expect(JSON.parse(written)).toStrictEqual({ [hostile]: [hostile] })
  })
})
