import { inspect } from 'node:util'
import { handoverName, Secret, UserName } from '@keynag/core'
import { aKeyId, anAccountId, aRotationId, aUserId } from '@keynag/core/testing'
import { describe, expect, it } from 'vitest'
import { readContent, rotationOf, writeContent } from './handover-secret.ts'

const user = {
  accountId: anAccountId(),
  userId: aUserId(),
  userName: UserName.parse('ann'),
  arn: 'arn:aws:iam::100000000001:user/ann',
}
const secret = 'wJalrXUtnFEMI/K7MDENG'
const key = { accessKeyId: aKeyId(), secretAccessKey: new Secret(secret) }

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

describe('the content of a hand-over secret', () => {
  it('comes back as the key it was, masked', () => {
    const read = readContent(writeContent(user, aRotationId(), key), aRotationId())
    expect(read.accessKeyId).toBe(key.accessKeyId)
    expect(read.secretAccessKey.reveal()).toBe(secret)
    expect(inspect(read)).not.toContain(secret)
  })

  it.each([
    undefined,
    `{"secretAccessKey":"${secret}"`,
    `{"secretAccessKey":"${secret}"}`,
    writeContent(user, aRotationId(2), key),
  ])('is refused when it is not what keynag stored, without a word of it', (text) => {
    const thrown = thrownBy(() => readContent(text, aRotationId()))
    expect(thrown).toMatchObject({ message: expect.stringContaining('does not hold') })
    expect(inspect(thrown, { depth: 10, showHidden: true })).not.toContain(secret)
  })

  it('is named by its rotation, and name and ARN tell it', () => {
    const arn = `arn:aws:secretsmanager:us-east-1:100000000001:secret:${handoverName(aRotationId())}-AbC123`
    expect(rotationOf(arn)).toBe(aRotationId())
    expect(rotationOf(handoverName(aRotationId()))).toBe(aRotationId())
    expect(() => rotationOf('arn:aws:secretsmanager:us-east-1:1:secret:prod/db-AbC123')).toThrow(
      'is not a hand-over secret',
    )
  })
})
