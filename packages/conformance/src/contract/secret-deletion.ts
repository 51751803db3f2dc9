import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DeleteSecretCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { expect } from 'vitest'
import { aSecret, first, name, second } from './a-secret.ts'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const weekMs = 7 * 24 * 3_600_000

export const secretDeletionCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const filled = async () => {
    const secret = await aSecret(aws())
    await secret.put(first, 'one')
    const remove = (input: Partial<DeleteSecretCommandInput> = {}) =>
      secret.secrets.send(
        new DeleteSecretCommand({ SecretId: secret.arn, RecoveryWindowInDays: 7, ...input }),
      )
    return { ...secret, remove }
  }

  documented('DeleteSecret tells the day of the deletion, after the recovery window', async () => {
    const { arn, remove } = await filled()
    const answer = await remove()
    expect(answer).toMatchObject({ ARN: arn, Name: name })
    const inMs = (answer.DeletionDate?.getTime() ?? 0) - aws().nowMs()
    expect(Math.abs(inMs - weekMs)).toBeLessThan(60_000)
  })

  documented('A secret that is scheduled for deletion is InvalidRequest to reads', async () => {
    const { read, remove } = await filled()
    await remove()
    await refused(read(), 'InvalidRequest', 400)
  })

  documented('A secret that is scheduled for deletion is InvalidRequest to writes', async () => {
    const { put, remove } = await filled()
    await remove()
    await refused(put(second, 'two'), 'InvalidRequest', 400)
  })

  documented('DescribeSecret tells when the deletion of a secret was asked for', async () => {
    const { remove, secrets, arn } = await filled()
    await remove()
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }))
    expect(described.DeletedDate).toBeInstanceOf(Date)
  })

  documented(
    'DeleteSecret of a secret that is scheduled for deletion is InvalidRequest',
    async () => {
      const { remove } = await filled()
      await remove()
      await refused(remove(), 'InvalidRequest', 400)
    },
  )

  documented('The refusal of a secret that is scheduled for deletion says so', async () => {
    const { read, remove } = await filled()
    await remove()
    await expect(read()).rejects.toThrow(/delet/i)
  })

  documented('The name of a secret that is scheduled for deletion is InvalidRequest', async () => {
    const { secrets, remove } = await filled()
    await remove()
    await refused(secrets.send(new CreateSecretCommand({ Name: name })), 'InvalidRequest', 400)
  })

  documented('DeleteSecret of a secret that is not there is ResourceNotFound', async () => {
    const { remove } = await filled()
    await refused(remove({ SecretId: 'nothing' }), 'ResourceNotFound')
  })

  documented('A recovery window has 7 to 30 days, or it is InvalidParameter', async () => {
    const { remove } = await filled()
    await refused(remove({ RecoveryWindowInDays: 6 }), 'InvalidParameter', 400)
    await refused(remove({ RecoveryWindowInDays: 31 }), 'InvalidParameter', 400)
  })
}
