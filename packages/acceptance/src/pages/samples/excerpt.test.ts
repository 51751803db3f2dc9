import { describe, expect, it } from 'vitest'
import { excerptOf } from './excerpt.ts'

const output = 'one\ntwo\nthree\nfour\nfive\n'

describe('an excerpt', () => {
  it('is the whole output when it begins with the first line and has no end', () => {
    expect(excerptOf(output, [{ from: 0 }])).toBe('one\ntwo\nthree\nfour\nfive')
  })

  it('marks what is left out before, between and after its parts', () => {
    const parts = [
      { from: 1, lines: 1 },
      { from: 'four', lines: 1 },
    ]
    expect(excerptOf(output, parts)).toBe('…\ntwo\n…\nfour\n…')
  })

  it('marks nothing between parts that follow each other', () => {
    const parts = [{ from: 0, lines: 3 }, { from: -2 }]
    expect(excerptOf(output, parts)).toBe('one\ntwo\nthree\nfour\nfive')
  })

  it('is refused when its text is in no line', () => {
    expect(() => excerptOf(output, [{ from: 'six' }])).toThrow('"six"')
  })
})
