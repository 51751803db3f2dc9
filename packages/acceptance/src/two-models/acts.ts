import {
  dayMs,
  hourMs,
  minuteMs,
  RotationId,
  secondMs,
  type AccessKeyId,
  type Attempt,
  type CreatedKey,
  type EpochMs,
  type ReportRow,
  type ReportSlot,
  type UserRef,
} from '@keynag/core'
import { allOf, sessionName } from './given.ts'
import type { WorldUnderTest } from './world-under-test.ts'

/** A world, and the users, keys and secrets that it has told of, in the order in which they came. */
export interface Play {
  readonly aws: WorldUnderTest
  readonly startedAt: EpochMs
  readonly users: UserRef[]
  readonly keys: AccessKeyId[]
  readonly created: CreatedKey[]
  readonly secrets: Map<RotationId, string>
}

/** What an act is about; numbers go round, so that they always choose something. */
export interface Choice {
  readonly userName: string
  readonly nth: number
}

/** Hands back the answer; nothing where there is nothing to act on yet. */
type Act = (play: Play, choice: Choice) => unknown

const waits = [4 * secondMs, 12 * secondMs, 6 * minuteMs, 21 * minuteMs, 65 * minuteMs, 3 * dayMs]
/** Until those who check keys see a change of status; no lag ends at half a second. */
const settlingMs = 4.5 * secondMs

const chosen = <T>(from: readonly T[], nth: number): T | undefined => from[nth % from.length]

const onKey =
  (act: (play: Play, key: AccessKeyId) => unknown): Act =>
  (play, { nth }) => {
    const key = chosen(play.keys, nth)
    return key === undefined ? undefined : act(play, key)
  }

const onUser =
  (act: (play: Play, user: UserRef) => unknown): Act =>
  (play, { nth }) => {
    const user = chosen(play.users, nth)
    return user === undefined ? undefined : act(play, user)
  }

const onUserAndKey =
  (act: (play: Play, user: UserRef, key: AccessKeyId) => unknown): Act =>
  (play, { nth }) => {
    const [user, key] = [chosen(play.users, nth), chosen(play.keys, nth)]
    return user === undefined || key === undefined ? undefined : act(play, user, key)
  }

const onSecret =
  (act: (play: Play, secretArn: string, attempt: Attempt) => unknown): Act =>
  (play, { nth }) => {
    const secret = chosen([...play.secrets], nth)
    if (secret === undefined) return undefined
    const [rotationId, secretArn] = secret
    return act(play, secretArn, { rotationId, attempt: (nth % 2) + 1 })
  }

/** What people do: the ports show it, and the act itself has no answer. */
export const deeds: Readonly<Record<string, Act>> = {
  'add a user': ({ aws }, { userName }) => aws.addUser(userName),
  'delete a user': ({ aws }, { userName }) => aws.deleteUser(userName),
  'rename a user': ({ aws }, { userName }) =>
    aws.renameUser(userName, userName === 'ann' ? 'anna' : 'ann'),
  'make a key': ({ aws, keys }, { userName }) => keys.push(aws.makeKey(userName)),
  'let a key expire': onKey(({ aws }, key) => aws.setStatus(key, 'Expired')),
  'switch a key off': onKey(({ aws }, key) => aws.setStatus(key, 'Inactive')),
  'switch a key on': onKey(({ aws }, key) => aws.setStatus(key, 'Active')),
  'delete a key': onKey(({ aws }, key) => aws.deleteKey(key)),
  'delete a secret': onSecret(({ aws }, secretArn) => aws.deleteSecretAtOnce(secretArn)),
  wait: ({ aws }, { nth }) => aws.advance(chosen(waits, nth) ?? hourMs),
}

const orderOf = ({ active, lastRotated, lastUsed }: Omit<ReportSlot, 'slot'>): string =>
  [lastRotated, active, lastUsed.kind, lastUsed.kind === 'at' ? lastUsed.at : ''].join(' ')

/** Which slot a key is in differs between the models. */
const slotsInOrder = ({ arn, userName, slots }: ReportRow) => ({
  arn,
  userName,
  slots: slots
    .map(({ active, lastRotated, lastUsed }) => ({ active, lastRotated, lastUsed }))
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
})

/** What keynag asks through its ports, and what programs see of a key. */
export const questions: Readonly<Record<string, Act>> = {
  ListAccessKeys: async ({ aws, keys }, { userName }) => {
    const list = await aws.iam.accessKeys(aws.account, userName)
    return list?.toSorted((a, b) => keys.indexOf(a.accessKeyId) - keys.indexOf(b.accessKeyId))
  },
  GetUser: async ({ aws, users }, { userName }) => {
    const user = await aws.iam.user(aws.account, userName)
    if (user !== undefined) users.push(user)
    return user
  },
  'GetUser and ListGroupsForUser': ({ aws }, { userName }) =>
    aws.iam.userInFull(aws.account, userName, { withConsole: true }),
  GetAccountAuthorizationDetails: async ({ aws }) =>
    (await allOf(aws.iam.users(aws.account))).toSorted((a, b) => (a.arn < b.arn ? -1 : 1)),
  GetCredentialReport: async ({ aws }) => {
    const report = await aws.iam.credentialReport(aws.account)
    const rows = (await allOf(report.rows())).filter(({ kind }) => kind === 'user')
    return rows.map(slotsInOrder).toSorted((a, b) => (a.arn < b.arn ? -1 : 1))
  },
  GetAccessKeyLastUsed: onKey(({ aws }, key) => aws.iam.lastUsed(aws.account, key)),
  'has the account the key': onKey(({ aws }, key) => aws.iam.hasKey(aws.account, key)),
  'who made the key': onKey(({ aws }, key) => aws.iam.makerOf(aws.account, key)),
  'did we switch the key off': onKey(({ aws, startedAt }, key) =>
    aws.iam.deactivatedBy(aws.account, key, sessionName, startedAt),
  ),
  'who switched the key on or off last': onKey(({ aws }, key) =>
    aws.iam.lastCallOn(aws.account, key, 'UpdateAccessKey'),
  ),
  'who deleted the key': onKey(({ aws }, key) =>
    aws.iam.lastCallOn(aws.account, key, 'DeleteAccessKey'),
  ),
  'use a key': onKey(({ aws }, key) => {
    aws.advance(settlingMs)
    return aws.useKey(key)
  }),
  CreateAccessKey: onUser(async ({ aws, keys, created }, user) => {
    const answer = await aws.mutations.create(user, sessionName)
    if (typeof answer === 'string') return answer
    keys.push(answer.accessKeyId)
    created.push(answer)
    return answer.accessKeyId
  }),
  'UpdateAccessKey to Inactive': onUserAndKey(({ aws }, user, key) =>
    aws.mutations.deactivate(user, key, sessionName),
  ),
  'UpdateAccessKey to Active': onUserAndKey(({ aws }, user, key) =>
    aws.mutations.reactivate(user, key, sessionName),
  ),
  DeleteAccessKey: onUserAndKey(({ aws }, user, key) =>
    aws.mutations.delete(user, key, sessionName),
  ),
  CreateSecret: async ({ aws, users, secrets }, { nth }) => {
    const user = chosen(users, nth)
    if (user === undefined) return undefined
    const rotationId = RotationId.parse(`00000000-0000-4000-8000-00000000000${nth % 2}`)
    // A refusal may leave a new secret behind, and does not tell its ARN.
    secrets.delete(rotationId)
    const made = await aws.handovers.prepare(user, rotationId)
    if (made === 'name-taken') return made
    secrets.set(rotationId, made.secretArn)
    return 'made'
  },
  PutSecretValue: (play, choice) => {
    const [user, key] = [chosen(play.users, choice.nth), chosen(play.created, choice.nth)]
    if (user === undefined || key === undefined) return undefined
    return onSecret(({ aws }, secretArn, attempt) =>
      aws.handovers.store(user, secretArn, attempt, key),
    )(play, choice)
  },
  GetSecretValue: onSecret(({ aws }, secretArn, attempt) =>
    aws.handovers.stored(aws.account, secretArn, attempt),
  ),
  'GetSecretValue of AWSCURRENT': onSecret(({ aws }, secretArn) =>
    aws.handovers.offered(aws.account, secretArn),
  ),
  'the key under AWSCURRENT': onSecret(({ aws }, secretArn) => aws.currentKeyIn(secretArn)),
  'GetCallerIdentity with the stored key': onSecret(({ aws }, secretArn, attempt) => {
    aws.advance(settlingMs)
    return aws.handovers.test(aws.account, secretArn, attempt)
  }),
  UpdateSecretVersionStage: onSecret(({ aws }, secretArn, attempt) =>
    aws.handovers.promote(aws.account, secretArn, attempt),
  ),
  DeleteSecret: onSecret(({ aws }, secretArn) => aws.handovers.retire(aws.account, secretArn)),
}
