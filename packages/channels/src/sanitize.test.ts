import { expect, it } from 'vitest'
import { oneLine } from './sanitize.ts'

it('cuts to the limit in UTF-16 units, never through a character', () => {
  const line = oneLine(`a${'𐀀'.repeat(100)}`, 150)
  expect(line.length).toBeLessThanOrEqual(150)
  expect(line).toMatch(/^a𐀀+…$/u)
  expect(oneLine('𐀀'.repeat(75), 150)).toBe('𐀀'.repeat(75))
})
