import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { expect } from 'vitest'
import type { AwsUnderTest } from './aws-under-test.ts'
import type { Documented } from './documented.ts'
import { refused } from './refused.ts'

const ofAnn = { UserName: 'ann' }
const listAnns = new ListAccessKeysCommand(ofAnn)

export const iamAccessKeyCases = (documented: Documented, aws: () => AwsUnderTest): void => {
  const accountWithAnn = async () => {
    const account = await aws().account()
    await account.addUser({ userName: 'ann' })
    return account
  }

  documented('CreateAccessKey creates an Active key and returns its secret', async () => {
    const { iam } = await accountWithAnn()
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand(ofAnn))
    expect(AccessKey).toMatchObject({
      UserName: 'ann',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z0-9]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+=]{40}$/),
      Status: 'Active',
    })
    expect(AccessKey?.CreateDate).toBeInstanceOf(Date)
    aws().settle()
    const listed = await iam.send(listAnns)
    expect(listed.AccessKeyMetadata).toEqual([
      {
        UserName: 'ann',
        AccessKeyId: AccessKey?.AccessKeyId,
        Status: 'Active',
        CreateDate: AccessKey?.CreateDate,
      },
    ])
  })

  documented(
    'A third key of a user fails with LimitExceeded, 409; an Inactive key counts',
    async () => {
      const { iam, addKey } = await accountWithAnn()
      await addKey('ann', { status: 'Inactive' })
      await addKey('ann')
      await refused(iam.send(new CreateAccessKeyCommand(ofAnn)), 'LimitExceeded', 409)
      expect((await iam.send(listAnns)).AccessKeyMetadata).toHaveLength(2)
    },
  )

  documented('After a key is deleted, another one can be created', async () => {
    const { iam, addKey } = await accountWithAnn()
    const { accessKeyId: AccessKeyId } = await addKey('ann')
    await addKey('ann')
    await iam.send(new DeleteAccessKeyCommand({ ...ofAnn, AccessKeyId }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand(ofAnn))
    expect(AccessKey?.AccessKeyId).not.toBe(AccessKeyId)
  })

  documented('CreateAccessKey for a missing user fails with NoSuchEntity, 404', async () => {
    const { iam } = await accountWithAnn()
    const call = iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }))
    await refused(call, 'NoSuchEntity', 404)
  })

  documented('ListAccessKeys returns each key’s date and status, without its secret', async () => {
    const { iam, addKey } = await accountWithAnn()
    const createdAtMs = Date.UTC(2025, 5, 7, 8, 9, 10)
    const old = await addKey('ann', { createdAtMs, status: 'Inactive' })
    const young = await addKey('ann')
    const answer = await iam.send(listAnns)
    const keys = new Map(answer.AccessKeyMetadata?.map((key) => [key.AccessKeyId, key]))
    expect(keys.get(old.accessKeyId)).toEqual({
      UserName: 'ann',
      AccessKeyId: old.accessKeyId,
      Status: 'Inactive',
      CreateDate: new Date(createdAtMs),
    })
    expect(keys.get(young.accessKeyId)?.Status).toBe('Active')
    expect(answer.Marker).toBeUndefined()
  })

  documented('ListAccessKeys sets IsTruncated to false on the last page', async () => {
    const { iam, addKey } = await accountWithAnn()
    await addKey('ann')
    expect((await iam.send(listAnns)).IsTruncated).toBe(false)
  })

  documented('ListAccessKeys is paged by MaxItems and Marker', async () => {
    const { iam, addKey } = await accountWithAnn()
    const ids = [(await addKey('ann')).accessKeyId, (await addKey('ann')).accessKeyId]
    const first = await iam.send(new ListAccessKeysCommand({ ...ofAnn, MaxItems: 1 }))
    expect(first.IsTruncated).toBe(true)
    const rest = await iam.send(new ListAccessKeysCommand({ ...ofAnn, Marker: first.Marker }))
    const pages = [first, rest].map(({ AccessKeyMetadata = [] }) => AccessKeyMetadata)
    expect(pages.map(({ length }) => length)).toEqual([1, 1])
    expect(
      pages
        .flat()
        .map(({ AccessKeyId = '' }) => AccessKeyId)
        .toSorted(),
    ).toEqual(ids.toSorted())
  })

  documented('ListAccessKeys of a user without keys returns an empty list', async () => {
    const { iam } = await accountWithAnn()
    expect(await iam.send(listAnns)).toMatchObject({ AccessKeyMetadata: [] })
  })

  documented('ListAccessKeys of a missing user fails with NoSuchEntity, 404', async () => {
    const { iam } = await accountWithAnn()
    const call = iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }))
    await refused(call, 'NoSuchEntity', 404)
  })

  documented('UpdateAccessKey deactivates and reactivates a key, and can be repeated', async () => {
    const { iam, addKey } = await accountWithAnn()
    const { accessKeyId: AccessKeyId } = await addKey('ann')
    for (const Status of ['Inactive', 'Inactive', 'Active'] as const) {
      await iam.send(new UpdateAccessKeyCommand({ ...ofAnn, AccessKeyId, Status }))
      aws().settle()
      expect((await iam.send(listAnns)).AccessKeyMetadata).toMatchObject([{ AccessKeyId, Status }])
    }
  })

  documented(
    'DeleteAccessKey deletes a key, and fails with NoSuchEntity the second time',
    async () => {
      const { iam, addKey } = await accountWithAnn()
      const { accessKeyId: AccessKeyId } = await addKey('ann')
      await iam.send(new DeleteAccessKeyCommand({ ...ofAnn, AccessKeyId }))
      aws().settle()
      expect((await iam.send(listAnns)).AccessKeyMetadata).toEqual([])
      const again = iam.send(new DeleteAccessKeyCommand({ ...ofAnn, AccessKeyId }))
      await refused(again, 'NoSuchEntity', 404)
      const update = { ...ofAnn, AccessKeyId, Status: 'Inactive' } as const
      await refused(iam.send(new UpdateAccessKeyCommand(update)), 'NoSuchEntity', 404)
    },
  )

  documented(
    'UpdateAccessKey and DeleteAccessKey of another user’s key fail with NoSuchEntity',
    async () => {
      const { iam, addUser, addKey } = await accountWithAnn()
      await addUser({ userName: 'anna' })
      const { accessKeyId: AccessKeyId } = await addKey('anna')
      const wrong = { ...ofAnn, AccessKeyId }
      const update = new UpdateAccessKeyCommand({ ...wrong, Status: 'Inactive' })
      await refused(iam.send(update), 'NoSuchEntity', 404)
      await refused(iam.send(new DeleteAccessKeyCommand(wrong)), 'NoSuchEntity', 404)
      const annas = await iam.send(new ListAccessKeysCommand({ UserName: 'anna' }))
      expect(annas.AccessKeyMetadata).toMatchObject([{ AccessKeyId, Status: 'Active' }])
    },
  )

  documented(
    'GetAccessKeyLastUsed of a key that was never used returns no date, and N/A',
    async () => {
      const { iam, addKey } = await accountWithAnn()
      const { accessKeyId: AccessKeyId } = await addKey('ann')
      const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
      expect(answer).toMatchObject({
        UserName: 'ann',
        AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
      })
      expect(answer.AccessKeyLastUsed?.LastUsedDate).toBeUndefined()
    },
  )

  documented(
    'GetAccessKeyLastUsed returns the time, service and Region of the last use',
    async () => {
      const { iam, addKey } = await accountWithAnn()
      const atMs = Date.UTC(2025, 5, 7, 8, 9, 10)
      const lastUsed = { atMs, service: 's3', region: 'eu-west-1' }
      const { accessKeyId: AccessKeyId } = await addKey('ann', { createdAtMs: atMs, lastUsed })
      const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
      expect(answer).toMatchObject({
        UserName: 'ann',
        AccessKeyLastUsed: {
          LastUsedDate: new Date(atMs),
          ServiceName: 's3',
          Region: 'eu-west-1',
        },
      })
    },
  )

  documented(
    'GetAccessKeyLastUsed of a missing key is refused, and does not answer that it was never used',
    async () => {
      const { iam } = await accountWithAnn()
      const ask = new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' })
      await refused(iam.send(ask), '(?:AccessDenied|NoSuchEntity)')
    },
  )
}
