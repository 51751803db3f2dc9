import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { PolicyInput } from '@keynag/core'
import { release } from '@keynag/engine'
import type { AccessKey, UserToAdd } from '@keynag/fake-aws/aws'
import { expect, it } from 'vitest'
import { aUserWithKey, rotating, smallOrganization } from './small-organization.ts'

const pushing = {
  ...rotating,
  enforce: { ...rotating.enforce, whenInUse: 'proceed' },
} satisfies PolicyInput

/** AWS's tutorial policy: a user who is not signed in with MFA may do next to nothing. */
const denyWithoutMfa = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Deny',
      NotAction: ['sts:GetSessionToken', 'iam:ListMFADevices'],
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ],
} satisfies UserToAdd['policy']

/** Ann's program uses her old key every day. */
async function annWith(user: Partial<UserToAdd>) {
  const keys: AccessKey[] = []
  const small = await smallOrganization({
    policies: [pushing],
    onSlack: ['ann@example.com'],
    populate: (world) => {
      keys.push(aUserWithKey(world, 'ann', { user }))
    },
  })
  const [key] = keys
  if (key === undefined) throw new Error('Ann has no key')
  const works = (): boolean => small.world.useKey(key.id, { service: 's3' })
  /** As the message asks: signed in with the old key. */
  const fetch = (): Promise<unknown> => {
    const secrets = new SecretsManagerClient({
      endpoint: small.awsUrl,
      region: 'us-east-1',
      credentials: small.world.credentialsForKey(key.id),
      maxAttempts: 1,
    })
    return secrets.send(new GetSecretValueCommand({ SecretId: small.handoverFor(key) }))
  }
  return { small, key, works, fetch }
}

it('keeps a key in use whose owner may do nothing without MFA, and tells the MFA way', async () => {
  const { small, key, works, fetch } = await annWith({ policy: denyWithoutMfa, mfa: true })
  await small.live(2, works)
  await expect(fetch()).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await small.live(20, works)

  expect(works()).toBe(true)
  expect(await small.known(key)).toMatchObject({
    state: 'issued',
    hold: { code: 'replacement-not-fetched' },
  })
  const told = small.letters(key).filter(({ text }) => text.includes('nobody has fetched'))
  // Security and the owner hear of the hold, and the owner hears that the announced date is off.
  expect(told).toHaveLength(3)
  expect(new Set(told.flatMap(({ to }) => to))).toEqual(new Set(['#security', 'ann@example.com']))
  const ann = small.letters(key).filter(({ to }) => to.includes('ann@example.com'))
  const ofReplacement = ann.filter(({ text }) => text.includes('get-secret-value'))
  expect(ofReplacement).toHaveLength(2)
  for (const { text } of ofReplacement) expect(text).toContain('aws sts get-session-token')
  expect(await small.violations()).toEqual([])
})

it('deactivates a key in use once its owner has fetched the replacement', async () => {
  const { small, key, works, fetch } = await annWith({})
  await small.live(2, works)
  await fetch()
  await small.live(20, works)
  expect(works()).toBe(false)
  expect(await small.story(key)).toContain('deactivated')
})

it('offers the same replacement anew after the release, and then goes on', async () => {
  const { small, key, works, fetch } = await annWith({})
  await small.live(10, works)
  expect((await small.known(key)).hold?.code).toBe('replacement-not-fetched')
  await release(small.ports, (await small.known(key)).accessKeyId, { by: 'olga', why: 'asked Ann' })
  await small.live(3, works)
  await fetch()
  await small.live(20, works)
  expect(works()).toBe(false)
  const { handover, state } = await small.known(key)
  expect(state).toBe('deleted')
  const made = small.world.history.of('key-created').map((event) => event.accessKeyId)
  expect(made).toEqual([handover?.replacementKeyId])
})
