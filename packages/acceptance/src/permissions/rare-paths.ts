import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { readSecret } from '@keynag/aws'
import {
  AccessKeyId,
  AccountId,
  dayMs,
  epochMs,
  hourMs,
  isoDay,
  minuteMs,
  RotationId,
  Secret,
  UserId,
  UserName,
} from '@keynag/core'
import { prepared } from '@keynag/core/testing'
import { consumers } from '@keynag/engine'
import { sqsHandler } from '@keynag/functions'
import type { SQSEvent } from 'aws-lambda'
import { vi } from 'vitest'
import { EventSourceMapping } from '@keynag/fake-aws/lambda'
import { region } from '@keynag/sandbox/resources'
import { hubAccountId } from '@keynag/sandbox/roles'
import {
  aUserWithKey,
  memberId,
  rotating,
  smallOrganization,
  type Small,
  type SmallOptions,
} from '../scenarios/small-organization.ts'
import type { PermissionRecorder } from '@keynag/sandbox/permission-recorder'

type Ends = NonNullable<SmallOptions['ends']>

export interface RarePath {
  /** Why the demo does not take this path. */
  readonly why: string
  readonly live: (ends: Ends) => Promise<PermissionRecorder>
}

const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
}

/** A Secrets Manager client with the credentials of an account's administrator. */
function secretsOf({ world, awsUrl }: Small, accountId: string): SecretsManagerClient {
  world.addRole(accountId, { name: 'administrator', trustPolicy: trust, policy: all })
  const credentials = world.credentialsForRole(accountId, 'administrator', 'console', dayMs)
  return new SecretsManagerClient({ endpoint: awsUrl, region, credentials })
}

const ann = ({ world }: Small) => ({
  accountId: AccountId.parse(memberId),
  userName: UserName.parse('ann'),
  userId: UserId.parse(world.user(memberId, 'ann').id),
  arn: `arn:aws:iam::${memberId}:user/ann`,
})

export const rarePaths: readonly RarePath[] = [
  {
    why: 'the sweeper asks for scans only when the planner has died before it could',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => aUserWithKey(world, 'ann'),
      })
      await small.schedule.plan()
      const { ledger } = small.ports
      const before = await ledger.scanDay(isoDay(epochMs(small.clock.now())))
      if (before === undefined) throw new Error('the planner has planned nothing')
      const { publishedAt: _, ...unsent } = before
      const after = { ...unsent, version: before.version + 1 }
      await ledger.commit([{ kind: 'scan-day', before, after }])
      small.clock.set(small.clock.now() + 10 * minuteMs)
      await small.sweep()
      return small.permissions
    },
  },
  {
    why: 'the scan tells the rotator only of a key that is due and whose user has changed',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => aUserWithKey(world, 'ann'),
      })
      // The deactivation is due in the afternoon of the eighth day, on which no sweep comes first.
      await small.live(7)
      small.clock.set(small.clock.now() + 20 * hourMs)
      small.world.renameUser(memberId, 'ann', 'anna')
      await small.scan()
      return small.permissions
    },
  },
  {
    why: 'the notifier sends the digest only when its own run could not',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => aUserWithKey(world, 'ann'),
      })
      await small.scan()
      small.ses.faults.next('failed', 1)
      await small.schedule.digest()
      small.clock.set(small.clock.now() + 10 * minuteMs)
      await small.sweep()
      return small.permissions
    },
  },
  {
    why: 'a key’s path from the first reminder to the deletion of its secret takes weeks',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      // A use of the new key proves that the owner has it, so keynag deletes the old key and later
      // the secret.
      await small.live(50, () => {
        for (const key of small.world.user(memberId, 'ann').keys.slice(1)) {
          small.world.useKey(key.id, { service: 's3' })
        }
      })
      return small.permissions
    },
  },
  {
    why: 'the demo reads each account with due keys every day; the sweeper marks the keys of others',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(1)
      small.clock.advance(8 * dayMs)
      await small.sweep()
      return small.permissions
    },
  },
  {
    why: 'a message on the wrong queue is parked',
    live: async (ends) => {
      const small = await smallOrganization({ ends })
      for (const queue of ['scan', 'notify', 'escalate', 'rotate'] as const) {
        await small.sendText(queue, 'Hello, is this the help desk?')
      }
      await small.drain()
      return small.permissions
    },
  },
  {
    why: 'keynag looks up organizational units only if a policy names one',
    live: async (ends) => {
      const policies = [{ ...rotating, match: { organizationalUnits: ['ou-exam-abcdefgh'] } }]
      const small = await smallOrganization({ ends, policies })
      await small.scan()
      return small.permissions
    },
  },
  {
    why: 'the rotator asks whether a user can sign in only if a policy matches users by that',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        policies: [{ ...rotating, match: { console: false } }],
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(2)
      return small.permissions
    },
  },
  {
    why: 'a scan publishes an escalation only after a policy was armed or tightened',
    live: async (ends) => {
      const escalation = [{ atDay: 91, to: 'security' }]
      const none = { kind: 'none' } as const
      const small = await smallOrganization({
        ends,
        policies: [{ ...rotating, enforce: none }],
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(2)
      small.configure([{ ...rotating, enforce: none, escalation }])
      await small.live(2)
      return small.permissions
    },
  },
  {
    why: 'a scan publishes a rotation only after a policy was armed or tightened',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        policies: [{ ...rotating, enforce: { ...rotating.enforce, atDay: 120 } }],
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(2)
      small.configure([rotating])
      await small.live(2)
      return small.permissions
    },
  },
  {
    why: 'a deletion is due as soon as its owner is told only if the recovery grace is zero',
    live: async (ends) => {
      const { atDay } = rotating.enforce
      const enforce = {
        kind: 'delete',
        atDay,
        installationGraceDays: 1,
        recoveryGraceDays: 0,
      } as const
      const small = await smallOrganization({
        ends,
        policies: [{ ...rotating, enforce }],
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(20)
      return small.permissions
    },
  },
  {
    why: 'an account too large for one run is rare',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => {
          for (const name of ['ann', 'bob', 'eve']) aUserWithKey(world, name)
        },
      })
      await small.schedule.plan()
      const queue = small.queues.scan
      const hurried = small.permissions.recording('scanner', (event: SQSEvent) =>
        sqsHandler(consumers(small.ports).scan)(event, { getRemainingTimeInMillis: () => 1 }),
      )
      const mapping = new EventSourceMapping({
        name: 'scan',
        client: small.sqsClient,
        queue,
        handler: hurried,
        maximumConcurrency: 1,
        depth: () => small.sqs.depth(queue.name),
      })
      await mapping.poll()
      return small.permissions
    },
  },
  {
    why: 'the answer to CreateAccessKey is rarely lost',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        onSlack: ['ann@example.com'],
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      small.faults.add({ operation: 'iam:CreateAccessKey', error: 'drop-response', times: 1 })
      await small.live(1)
      for (let hour = 0; hour < 48; hour += 1) {
        small.clock.advance(hourMs)
        await small.sweep()
      }
      return small.permissions
    },
  },
  {
    why: 'keynag releases a reminder after SES refused its mail',
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      small.ses.faults.next('failed', 5)
      await small.live(2)
      return small.permissions
    },
  },
  {
    why: 'an owner who was warned can rarely not be told of the replacement',
    live: async (ends) => {
      const enforce = { ...rotating.enforce, atDay: 97 }
      const nagging = (channel: 'email' | 'slack') => [
        { ...rotating, enforce, nag: { everyDays: 7, via: [channel] } },
      ]
      const small = await smallOrganization({
        ends,
        policies: nagging('email'),
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      await small.live(1)
      // Ann is not on Slack.
      small.configure(nagging('slack'))
      await small.live(9)
      return small.permissions
    },
  },
  {
    why: 'a function reads the Slack token at a cold start, and the sandbox passes it in',
    live: async (ends) => {
      const small = await smallOrganization({ ends })
      const secrets = secretsOf(small, hubAccountId)
      const { ARN = '' } = await secrets.send(
        new CreateSecretCommand({ Name: 'SlackToken', SecretString: 'xoxb-sandbox' }),
      )
      const { world, awsUrl, permissions } = small
      const credentials = world.credentialsForRole(hubAccountId, 'administrator', 'console', dayMs)
      vi.stubEnv('AWS_ENDPOINT_URL', awsUrl)
      vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId)
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey)
      vi.stubEnv('AWS_SESSION_TOKEN', credentials.sessionToken)
      try {
        await permissions.recording('notifier', () => readSecret(region, ARN))()
      } finally {
        vi.unstubAllEnvs()
      }
      return permissions
    },
  },
  {
    why: "a secret's first version is AWSCURRENT unless another caller has added a version before",
    live: async (ends) => {
      const small = await smallOrganization({
        ends,
        populate: (world) => void aUserWithKey(world, 'ann'),
      })
      const { handovers } = small.ports
      const rotationId = RotationId.parse('00000000-0000-4000-8000-000000000001')
      const of = { rotationId, attempt: 1 }
      const user = ann(small)
      const { secretArn } = await prepared(handovers, user, rotationId)
      const put = new PutSecretValueCommand({ SecretId: secretArn, SecretString: 'strange' })
      await secretsOf(small, memberId).send(put)
      const accessKeyId = AccessKeyId.parse('AKIAIOSFODNN7EXAMPLE')
      const key = { accessKeyId, secretAccessKey: new Secret('of nobody') }
      await handovers.store(user, secretArn, of, key)
      await small.permissions.recording('rotator', () =>
        handovers.promote(user.accountId, secretArn, of),
      )()
      return small.permissions
    },
  },
]
