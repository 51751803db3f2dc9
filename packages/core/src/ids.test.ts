import { describe, expect, it } from 'vitest'
import { AccessKeyId, AccountId, RotationId, UserName } from './ids.ts'
import { sessionNameOf, versionIdOf } from './key/rotation.ts'
import { aRotationId } from './testing/index.ts'

describe('ids', () => {
  it.each(['123456789012', '000000000000'])('%s is an account ID', (id) => {
    expect(AccountId.safeParse(id).success).toBe(true)
  })

  it.each([
    '12345678901',
    '1234567890123',
    '12345678901a',
    ' 123456789012',
    '123456789012\n',
    '１２３４５６７８９０１２',
  ])('%j is no account ID', (id) => {
    expect(AccountId.safeParse(id).success).toBe(false)
  })

  it.each([
    'AKIA',
    'AKIAIOSFODNN7EXAMPL/',
    'AKIAIOSFODNN7EXAMPLE\n',
    '../../../../../etc',
    'A'.repeat(129),
  ])('%j is no access key ID', (id) => {
    expect(AccessKeyId.safeParse(id).success).toBe(false)
  })

  it('accept exactly the user names that IAM allows', () => {
    expect(UserName.safeParse('ann+ops=x,y.z@example-1_2').success).toBe(true)
    for (const name of ['', 'a b', 'a/b', 'ann\n', 'änn', 'a'.repeat(65)]) {
      expect(UserName.safeParse(name).success).toBe(false)
    }
  })

  it('of rotations make session names that STS accepts', () => {
    expect(RotationId.safeParse('rotation-1').success).toBe(false)
    expect(sessionNameOf({ rotationId: aRotationId(), attempt: 4 })).toMatch(/^[\w+=,.@-]{2,64}$/)
  })

  it('of attempts make unique version IDs that Secrets Manager accepts', () => {
    const [one, two] = [1, 2].map((attempt) => versionIdOf({ rotationId: aRotationId(), attempt }))
    expect(one).toMatch(/^[\w-]{32,64}$/)
    expect(two).not.toBe(one)
  })
})
