import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DeleteSecretCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { expect } from 'vitest'
import { createTestSecret, first, name, second } from './test-secret.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const weekMs = 7 * 24 * 3_600_000

export const secretDeletionCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const filled = async () => {
    const secret = await createTestSecret(aws())
    await secret.put(first, 'one')
    const remove = (input: Partial<DeleteSecretCommandInput> = {}) =>
      secret.secrets.send(
        new DeleteSecretCommand({ SecretId: secret.arn, RecoveryWindowInDays: 7, ...input }),
      )
    return { ...secret, remove }
  }

  documented(
    'DeleteSecret returns the date of the deletion, after the recovery window',
    async () => {
      const { arn, remove } = await filled()
      const answer = await remove()
      expect(answer).toMatchObject({ ARN: arn, Name: name })
      const inMs = (answer.DeletionDate?.getTime() ?? 0) - aws().nowMs()
      expect(Math.abs(inMs - weekMs)).toBeLessThan(60_000)
    },
  )

  documented(
    'A read of a secret that is scheduled for deletion fails with InvalidRequest',
    async () => {
      const { read, remove } = await filled()
      await remove()
      await refused(read(), 'InvalidRequest', 400)
    },
  )

  documented(
    'A write to a secret that is scheduled for deletion fails with InvalidRequest',
    async () => {
      const { put, remove } = await filled()
      await remove()
      await refused(put(second, 'two'), 'InvalidRequest', 400)
    },
  )

  documented('DescribeSecret returns the time at which the deletion was requested', async () => {
    const { remove, secrets, arn } = await filled()
    await remove()
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }))
    expect(described.DeletedDate).toBeInstanceOf(Date)
  })

  documented(
    'DeleteSecret of a secret that is scheduled for deletion fails with InvalidRequest',
    async () => {
      const { remove } = await filled()
      await remove()
      await refused(remove(), 'InvalidRequest', 400)
    },
  )

  documented(
    'The error for a secret that is scheduled for deletion names the deletion',
    async () => {
      const { read, remove } = await filled()
      await remove()
      await expect(read()).rejects.toThrow(/delet/i)
    },
  )

  documented(
    'CreateSecret with the name of a secret that is scheduled for deletion fails with InvalidRequest',
    async () => {
      const { secrets, remove } = await filled()
      await remove()
      await refused(secrets.send(new CreateSecretCommand({ Name: name })), 'InvalidRequest', 400)
    },
  )

  documented('DeleteSecret of a missing secret fails with ResourceNotFound', async () => {
    const { remove } = await filled()
    await refused(remove({ SecretId: 'nothing' }), 'ResourceNotFound')
  })

  documented('A recovery window outside 7 to 30 days fails with InvalidParameter', async () => {
    const { remove } = await filled()
    await refused(remove({ RecoveryWindowInDays: 6 }), 'InvalidParameter', 400)
    await refused(remove({ RecoveryWindowInDays: 31 }), 'InvalidParameter', 400)
  })
}
