import { type Attempt, type CreatedKey, type UserRef } from '@keynag/core'
import { prepared } from '@keynag/core/testing'
import { createdKey, refOf, rotationId } from './given.ts'
import type { WorldUnderTest } from './world-under-test.ts'

export const first: Attempt = { rotationId, attempt: 1 }
export const second: Attempt = { rotationId, attempt: 2 }

interface PreparedSecret {
  readonly user: UserRef
  readonly secretArn: string
  readonly key: CreatedKey
  readonly otherKey: CreatedKey
  readonly store: (attempt: Attempt, key: CreatedKey) => Promise<void>
  readonly stored: (attempt: Attempt) => ReturnType<WorldUnderTest['handovers']['stored']>
  readonly offered: () => ReturnType<WorldUnderTest['handovers']['offered']>
  readonly promote: (attempt: Attempt) => Promise<void>
  readonly retire: () => Promise<void>
}

/** An empty hand-over secret, and two keys to put in it. */
export async function aSecret(aws: WorldUnderTest): Promise<PreparedSecret> {
  aws.addUser('ann')
  const user = await refOf(aws, 'ann')
  const { secretArn } = await prepared(aws.handovers, user, rotationId)
  return {
    user,
    secretArn,
    key: await createdKey(aws, user),
    otherKey: await createdKey(aws, user),
    store: (attempt, key) => aws.handovers.store(user, secretArn, attempt, key),
    stored: (attempt) => aws.handovers.stored(aws.account, secretArn, attempt),
    offered: () => aws.handovers.offered(aws.account, secretArn),
    promote: (attempt) => aws.handovers.promote(aws.account, secretArn, attempt),
    retire: () => aws.handovers.retire(aws.account, secretArn),
  }
}
