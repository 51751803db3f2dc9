import {
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  type IAMClient,
  type Tag,
  type UserDetail,
} from '@aws-sdk/client-iam'
import { z } from 'zod'
import {
  AccountId,
  epochMs,
  IamUser,
  KeynagError,
  ListedKey,
  transient,
  UserId,
  UserName,
  type AccessKeyId,
  type Clock,
  type CredentialReport,
  type EpochMs,
  type IamReader,
  type LastUsed,
  type KeyCall,
  type Maker,
  type UserRef,
} from '@keynag/core'
import type { Random } from '../back-off.ts'
import { calling, classify, missesKey, refusalOf } from '../classify.ts'
import { fetchCredentialReport } from './credential-report.ts'
import { everyMarkedPage } from '../every-page.ts'
import { lastCallOn, wasDeactivatedBy } from './key-calls.ts'
import { hasFetchedSecret } from './secret-fetch.ts'
import { findKeyMaker } from './key-maker.ts'
import type { MemberClients, MemberSessions } from '../session/member-session.ts'

const sessionName = 'keynag-reader'
const lastUse = 'iam:GetAccessKeyLastUsed'
/** The largest page that IAM allows (IAM API Reference, MaxItems). IAM may return fewer items. */
const pageSize = 1_000

const ListedUser = IamUser.omit({ hasConsole: true })
const FoundUser = z.object({
  accountId: AccountId,
  userId: UserId,
  userName: UserName,
  arn: z.string(),
  path: z.string(),
})

/** Reads the users and keys of an account in a session of its reader role. */
export class MemberIamReader implements IamReader {
  readonly #sessions: MemberSessions
  readonly #time: { readonly clock: Clock; readonly random: Random }

  constructor(sessions: MemberSessions, time: { clock: Clock; random: Random }) {
    this.#sessions = sessions
    this.#time = time
  }

  #session(accountId: AccountId): Promise<MemberClients> {
    return this.#sessions.clients({ accountId, role: 'reader', sessionName })
  }

  async credentialReport(accountId: AccountId): Promise<CredentialReport> {
    const { iamOnce } = await this.#session(accountId)
    return fetchCredentialReport(iamOnce(), accountId, this.#time)
  }

  async *users(accountId: AccountId): AsyncGenerator<Omit<IamUser, 'hasConsole'>> {
    const operation = 'iam:GetAccountAuthorizationDetails'
    for await (const page of everyMarkedPage(async (Marker) => {
      // One session may expire before a long list ends.
      const { iam } = await this.#session(accountId)
      return calling({ operation, accountId }, () =>
        iam().send(
          new GetAccountAuthorizationDetailsCommand({
            Filter: ['User'],
            MaxItems: pageSize,
            Marker,
          }),
        ),
      )
    })) {
      for (const detail of page.UserDetailList ?? []) yield readUser(accountId, detail)
    }
  }

  async accessKeys(
    accountId: AccountId,
    userName: string,
  ): Promise<readonly ListedKey[] | undefined> {
    const { iam } = await this.#session(accountId)
    const keys: ListedKey[] = []
    try {
      for await (const page of everyMarkedPage((Marker) =>
        iam().send(new ListAccessKeysCommand({ UserName: userName, Marker })),
      )) {
        for (const { AccessKeyId, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
          const createdAt = instant(CreateDate)
          keys.push(ListedKey.parse({ accessKeyId: AccessKeyId, status: Status, createdAt }))
        }
      }
    } catch (error) {
      if (refusalOf(error) === 'no-such-entity') return undefined
      throw classify(error, { operation: 'iam:ListAccessKeys', accountId })
    }
    return keys
  }

  /** A refusal is `unknown`, with its reason: it must not read as "never". */
  async lastUsed(accountId: AccountId, accessKeyId: AccessKeyId): Promise<LastUsed> {
    try {
      const used = await this.#lastUse(accountId, accessKeyId)
      if (used === undefined) {
        throw transient('KEYNAG_UNAVAILABLE', `${lastUse} returned no answer`)
      }
      const at = instant(used.LastUsedDate)
      if (at === undefined) return { kind: 'never' }
      return {
        kind: 'at',
        at,
        ...known('service', used.ServiceName),
        ...known('region', used.Region),
      }
    } catch (error) {
      if (error instanceof KeynagError && error.errorClass === 'permanent') {
        return { kind: 'unknown', why: `${error.code}: ${error.message}` }
      }
      throw error
    }
  }

  /**
   * For a key that is not in the account, IAM answers as if access were denied, and names the key as
   * the resource: it knows no user whose permission it could check. One edition of the API Reference
   * lists NoSuchEntity. A denial that names another resource is a denial.
   */
  async hasKey(accountId: AccountId, accessKeyId: AccessKeyId): Promise<boolean> {
    const { iam } = await this.#session(accountId)
    try {
      await iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }))
      return true
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === 'no-such-entity') return false
      if (refusal === 'denied' && missesKey(error, accessKeyId)) return false
      throw classify(error, { operation: lastUse, accountId })
    }
  }

  async #lastUse(accountId: AccountId, accessKeyId: AccessKeyId) {
    const { iam } = await this.#session(accountId)
    const { AccessKeyLastUsed: used } = await calling({ operation: lastUse, accountId }, () =>
      iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })),
    )
    return used
  }

  async user(
    accountId: AccountId,
    userName: string,
  ): Promise<(UserRef & { path: string }) | undefined> {
    const { iam } = await this.#session(accountId)
    const found = await unlessMissing({ operation: 'iam:GetUser', accountId }, () =>
      iam().send(new GetUserCommand({ UserName: userName })),
    )
    if (found === undefined) return undefined
    const { User } = found
    return FoundUser.parse({
      accountId,
      userId: User?.UserId,
      userName: User?.UserName,
      arn: User?.Arn,
      path: User?.Path,
    })
  }

  /** GetUser returns the tags, which ListUsers leaves out (IAM API Reference, GetUser). */
  async userInFull(
    accountId: AccountId,
    userName: string,
    { withConsole }: { readonly withConsole: boolean },
  ): Promise<IamUser | undefined> {
    const { iam } = await this.#session(accountId)
    const found = await unlessMissing({ operation: 'iam:GetUser', accountId }, () =>
      iam().send(new GetUserCommand({ UserName: userName })),
    )
    if (found?.User === undefined) return undefined
    const groups = await groupsOf(iam(), accountId, userName)
    if (groups === undefined) return undefined
    const profile = withConsole
      ? await unlessMissing({ operation: 'iam:GetLoginProfile', accountId }, () =>
          iam().send(new GetLoginProfileCommand({ UserName: userName })),
        )
      : undefined
    const { UserId, UserName: name, Path, Arn, CreateDate, Tags } = found.User
    return IamUser.parse({
      accountId,
      userId: UserId,
      userName: name,
      path: Path,
      arn: Arn,
      createdAt: instant(CreateDate),
      groups,
      tags: tagsOf(Tags),
      hasConsole: profile !== undefined,
    })
  }

  async makerOf(accountId: AccountId, accessKeyId: AccessKeyId): Promise<Maker> {
    const { iamEvents } = await this.#session(accountId)
    const creator = this.#sessions.roleArn(accountId, 'creator')
    return findKeyMaker(iamEvents(), accountId, accessKeyId, creator)
  }

  async deactivatedBy(
    accountId: AccountId,
    accessKeyId: AccessKeyId,
    sessionName: string,
    since: EpochMs,
  ): Promise<boolean> {
    const { iamEvents } = await this.#session(accountId)
    const roleArn = this.#sessions.roleArn(accountId, 'reaper')
    const session = { roleArn, sessionName }
    return wasDeactivatedBy(iamEvents(), { accountId, accessKeyId }, session, since)
  }

  async lastCallOn(accountId: AccountId, accessKeyId: AccessKeyId, call: KeyCall): Promise<Maker> {
    const { iamEvents } = await this.#session(accountId)
    const roleArn = this.#sessions.roleArn(accountId, 'reaper')
    return lastCallOn(iamEvents(), { accountId, accessKeyId }, call, roleArn)
  }

  async hasFetched(user: UserRef, secretArn: string, since: EpochMs): Promise<boolean> {
    const { secretEvents } = await this.#session(user.accountId)
    return hasFetchedSecret(secretEvents(), user, secretArn, since)
  }
}

const readUser = (accountId: AccountId, detail: UserDetail): Omit<IamUser, 'hasConsole'> =>
  ListedUser.parse({
    accountId,
    userId: detail.UserId,
    userName: detail.UserName,
    path: detail.Path,
    arn: detail.Arn,
    createdAt: instant(detail.CreateDate),
    groups: detail.GroupList ?? [],
    tags: tagsOf(detail.Tags),
  })

/** The names of the user's groups; `undefined` when no user has the name any more. */
async function groupsOf(
  iam: IAMClient,
  accountId: AccountId,
  userName: string,
): Promise<readonly string[] | undefined> {
  const groups: string[] = []
  return unlessMissing({ operation: 'iam:ListGroupsForUser', accountId }, async () => {
    for await (const page of everyMarkedPage((Marker) =>
      iam.send(new ListGroupsForUserCommand({ UserName: userName, Marker })),
    )) {
      groups.push(...(page.Groups ?? []).flatMap(({ GroupName }) => GroupName ?? []))
    }
    return groups
  })
}

/** The answer, or `undefined` where IAM says that there is no such thing. */
async function unlessMissing<T>(
  call: { readonly operation: string; readonly accountId: AccountId },
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (refusalOf(error) === 'no-such-entity') return undefined
    throw classify(error, call)
  }
}

const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))

const instant = (date: Date | undefined): EpochMs | undefined =>
  date === undefined ? undefined : epochMs(date.getTime())

/** IAM returns `N/A` for a service or Region that it does not know. */
const known = (name: 'service' | 'region', value: string | undefined) =>
  value === undefined || value === '' || value === 'N/A' ? {} : { [name]: value }
