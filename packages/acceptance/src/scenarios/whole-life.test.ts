import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { dayMs, type PolicyInput } from '@keynag/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
} from './small-organization.ts'
import type { AccessKey } from '@keynag/fake-aws/aws'

const recoveryGraceDays = 7

const policy = {
  ...rotating,
  nag: { everyDays: 3, via: ['slack', 'email'] },
  escalation: [{ afterNags: 2, to: 'manager' }],
  enforce: { ...rotating.enforce, atDay: 97, recoveryGraceDays },
} as const satisfies PolicyInput

const Stored = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })

/** Fetches the replacement from Secrets Manager with the old key, as the message says. */
async function fetchReplacement(small: Small, old: AccessKey, SecretId: string) {
  const config = { endpoint: small.awsUrl, region: 'us-east-1' }
  const credentials = small.world.credentialsForKey(old.id)
  const secrets = new SecretsManagerClient({ ...config, credentials })
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }))
  const stored = Stored.parse(JSON.parse(SecretString))
  const sts = new STSClient({ ...config, credentials: stored })
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
  return { newKeyId: stored.accessKeyId, arn: Arn }
}

/** The time of the last API call about a key, from CloudTrail with the reader role. */
async function lastInTrail(small: Small, key: AccessKey, eventName: string): Promise<number> {
  const credentials = small.world.credentialsForRole(memberId, 'keynag-reader', 'auditor')
  const trail = new CloudTrailClient({ endpoint: small.awsUrl, region: 'us-east-1', credentials })
  const { Events = [] } = await trail.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: key.id }],
    }),
  )
  const times = Events.filter(({ EventName }) => EventName === eventName).map(
    ({ EventTime }) => EventTime?.getTime() ?? 0,
  )
  return Math.max(...times)
}

it('guides a key from its first reminder to its deletion, and gives its owner a new one', async () => {
  let old: AccessKey | undefined
  const small = await smallOrganization({
    policies: [policy],
    settings: {
      contacts: { domains: ['example.com'], managers: { 'ann@example.com': 'mia@example.com' } },
    },
    onSlack: ['ann@example.com'],
    populate: (world) => {
      old = aUserWithKey(world, 'ann', { ageDays: 88 })
    },
  })
  if (old === undefined) throw new Error('there is no key')

  await small.live(2)
  expect(await small.entry(old)).toBeUndefined()

  await small.live(1)
  expect(await small.known(old)).toMatchObject({ state: 'nagging', nagCount: 1 })
  expect(small.letters(old).map(({ to }) => to)).toEqual([['ann@example.com']])

  await small.live(6)
  expect(await small.known(old)).toMatchObject({ state: 'escalated', escalationLevel: 1 })
  expect(small.letters(old).filter(({ to }) => to.includes('mia@example.com'))).toHaveLength(1)

  await small.live(1)
  expect(await small.known(old)).toMatchObject({ state: 'issued' })
  const secretArn = small.handoverFor(old)
  if (secretArn === undefined) throw new Error('no message named the secret')
  const { newKeyId, arn } = await fetchReplacement(small, old, secretArn)
  expect(arn).toBe(`arn:aws:iam::${memberId}:user/ann`)
  expect(newKeyId).not.toBe(old.id)

  const useIt = (): void => expect(small.world.useKey(newKeyId, { service: 's3' })).toBe(true)
  await small.live(6, useIt)
  expect(await small.known(old)).toMatchObject({ state: 'issued' })
  await small.live(1, useIt)
  expect(await small.known(old)).toMatchObject({ state: 'deactivated' })
  expect(small.world.keyWorks(old.id)).toBe(false)

  await small.live(8, useIt)
  expect(await small.known(old)).toMatchObject({ state: 'deleted' })
  expect(small.world.holdingsOf(newKeyId).filter(({ retrievable }) => retrievable)).toEqual([])
  expect(await small.story(old)).toEqual([
    'found',
    'nagged',
    'nagged',
    'escalated',
    'nagged',
    'rotation-opened',
    // IAM's list does not show the new key at once.
    'postponed',
    'replacement-issued',
    'replacement-delivered',
    'deactivated',
    'deactivation-delivered',
    'deleted',
    'secret-retired',
  ])

  const [deactivation, deletion] = small.doneBy('keynag', old)
  expect([deactivation?.kind, deletion?.kind]).toEqual(['key-status-changed', 'key-deleted'])
  const restedMs = (deletion?.atMs ?? 0) - (deactivation?.atMs ?? Infinity)
  expect(restedMs).toBeGreaterThanOrEqual(recoveryGraceDays * dayMs)
  const trailMs =
    (await lastInTrail(small, old, 'DeleteAccessKey')) -
    (await lastInTrail(small, old, 'UpdateAccessKey'))
  expect(trailMs).toBeGreaterThanOrEqual(recoveryGraceDays * dayMs)
  expect(await small.violations()).toEqual([])
  expect(small.sqs.deadLetters()).toEqual([])
})
