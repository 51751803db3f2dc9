import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { IAMClient } from '@aws-sdk/client-iam'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import {
  epochMs,
  minuteMs,
  permanent,
  transient,
  type AccountId,
  type Clock,
  type EpochMs,
  type Organization,
} from '@keynag/core'
import { classify, refusalOf } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings, type Credentials } from './client-settings.ts'
import { partitionOf, roleArn } from './partition.ts'

export type MemberRole = 'reader' | 'creator' | 'reaper'

/** Clients with the credentials of one session in one account. */
export interface MemberClients {
  readonly iam: () => IAMClient
  /** Tries each call once, for operations that the SDK must not repeat by itself. */
  readonly iamOnce: () => IAMClient
  readonly secrets: () => SecretsManagerClient
  /** Uses the Region where CloudTrail records IAM's events. */
  readonly iamEvents: () => CloudTrailClient
  /** Uses the Region of the hand-over secrets, where CloudTrail records who reads them. */
  readonly secretEvents: () => CloudTrailClient
}

export interface SessionRequest {
  readonly accountId: AccountId
  readonly role: MemberRole
  readonly sessionName: string
  /** Narrows the session, see `sessionPolicy`. */
  readonly policy?: string
}

/** Role chaining limits a session to an hour (IAM User Guide, Roles terms and concepts). */
const sessionSeconds = 3_600
const renewBeforeMs = 5 * minuteMs
const mostSessions = 100

export interface SessionOptions {
  /** This account is read with the caller's own credentials instead of a role. */
  readonly own?: AccountId | undefined
  /** The most that a reader session may do, whatever its role allows, see `sessionPolicy`. */
  readonly readerPolicy?: string | undefined
}

interface Session {
  readonly clients: MemberClients
  readonly expiresAt: EpochMs
}

/**
 * Sessions of the member roles. The hub assumes a role in every account, also in its own. Sessions are
 * kept until five minutes before they expire, by keynag's clock.
 */
export class MemberSessions {
  readonly #settings: ClientSettings
  readonly #roles: Organization['memberRoles']
  readonly #clock: Clock
  readonly #options: SessionOptions
  readonly #sts: () => STSClient
  readonly #sessions = new Map<string, Promise<Session>>()

  constructor(
    settings: ClientSettings,
    roles: Organization['memberRoles'],
    clock: Clock,
    options: SessionOptions = {},
  ) {
    this.#options = options
    this.#settings = settings
    this.#roles = roles
    this.#clock = clock
    this.#sts = lazily(() => new STSClient(clientConfig('sts', settings)))
  }

  /** The ARN of a member role, with its path. */
  roleArn(accountId: AccountId, role: MemberRole): string {
    return roleArn(this.#settings.region, accountId, this.#roles[role])
  }

  /**
   * @throws KeynagError permanent `KEYNAG_ROLE_UNREACHABLE` when AWS refuses the hub. AWS gives the
   *   same answer for a missing role and for a closed account.
   */
  async clients(request: SessionRequest): Promise<MemberClients> {
    if (request.role === 'reader' && request.accountId === this.#options.own) {
      return memberClients(this.#settings, undefined)
    }
    const key = JSON.stringify([
      request.accountId,
      request.role,
      request.sessionName,
      request.policy,
    ])
    const known = this.#sessions.get(key)
    if (known !== undefined) {
      const { clients, expiresAt } = await known
      if (this.#clock.now() < expiresAt - renewBeforeMs) return clients
    }
    const current = this.#sessions.get(key)
    const opening = current === known || current === undefined ? this.#open(key, request) : current
    return (await opening).clients
  }

  #open(key: string, request: SessionRequest): Promise<Session> {
    const opening = this.#assume(request)
    this.#sessions.delete(key)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size >= mostSessions && oldest !== undefined) this.#sessions.delete(oldest)
    this.#sessions.set(key, opening)
    opening.catch(() => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key)
    })
    return opening
  }

  async #assume(request: SessionRequest): Promise<Session> {
    const { accountId, role, sessionName } = request
    const policy = role === 'reader' ? this.#options.readerPolicy : request.policy
    const { externalId } = this.#roles
    const roleArn = this.roleArn(accountId, role)
    const answer = await this.#sts()
      .send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          DurationSeconds: sessionSeconds,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
          ...(policy === undefined ? {} : { Policy: policy }),
        }),
      )
      .catch((error: unknown) => {
        throw refusalOf(error) === 'denied'
          ? permanent(
              'KEYNAG_ROLE_UNREACHABLE',
              `account ${accountId} does not let keynag assume ${roleArn}`,
              error,
            )
          : classify(error, { operation: 'sts:AssumeRole', accountId, secret: true })
      })
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
    if (
      AccessKeyId === undefined ||
      SecretAccessKey === undefined ||
      SessionToken === undefined ||
      Expiration === undefined
    ) {
      throw transient('KEYNAG_UNAVAILABLE', `STS answered without credentials for ${roleArn}`)
    }
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
    return {
      clients: memberClients(this.#settings, credentials),
      expiresAt: epochMs(Expiration.getTime()),
    }
  }
}

/** Clients with a session's credentials, or with the caller's own. */
function memberClients(settings: ClientSettings, session: Credentials | undefined): MemberClients {
  const { iamEventsRegion } = partitionOf(settings.region)
  const credentials = session === undefined ? {} : { credentials: session }
  return {
    iam: lazily(() => new IAMClient(clientConfig('iam', settings, credentials))),
    iamOnce: lazily(
      () => new IAMClient(clientConfig('iam', settings, { ...credentials, maxAttempts: 1 })),
    ),
    secrets: lazily(
      () => new SecretsManagerClient(clientConfig('secretsmanager', settings, credentials)),
    ),
    iamEvents: lazily(
      () =>
        new CloudTrailClient(
          clientConfig('cloudtrail', settings, { ...credentials, region: iamEventsRegion }),
        ),
    ),
    secretEvents: lazily(
      () => new CloudTrailClient(clientConfig('cloudtrail', settings, credentials)),
    ),
  }
}
