import type { VirtualClock } from '../clock.ts'
import { Identifiers } from '../identifiers.ts'
import { Pager } from '../paging.ts'
import { authenticates } from './access-key.ts'
import type { Account, RootUser } from './account.ts'
import { person } from './actor.ts'
import { EventRecorder } from './event-recorder.ts'
import { History } from './history.ts'
import * as interference from './interference.ts'
import { KeyRing } from './key-ring.ts'
import { type Holding, holdingsOf } from './secret-holdings.ts'
import { SecretFinder } from './leaks.ts'
import { Organization, type OrganizationalUnit } from './organization.ts'
import type { Role } from './role.ts'
import * as seeding from './seeding.ts'
import type { AccountToAdd, KeyToAdd, RoleToAdd, UserToAdd } from './seeding.ts'
import type { Secret } from './secret.ts'
import { Sessions } from './sessions.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import type { AccessKey, KeyStatus, User } from './user.ts'
import type { WorldState } from './world-state.ts'

export interface WorldOptions extends Partial<Settings> {
  readonly clock: VirtualClock
  /** A seeded generator: the same numbers make the same world. Only the constructor calls it. */
  readonly random: () => number
  /** Default `111111111111`. The constructor adds the account. */
  readonly managementAccountId?: string
  /** Accounts that may read Organizations besides the management account. */
  readonly delegatedAdminIds?: readonly string[]
}

/** Credentials as the SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A call that a workload signs with its key. */
export interface KeyUseToMake {
  /** The service's namespace, such as `s3`. */
  readonly service: string
  readonly region?: string
  /** The management event that CloudTrail records. Data events leave none. */
  readonly event?: string
  readonly sourceIp?: string
  readonly userAgent?: string
}

/**
 * The true state of a simulated AWS Organization with all its accounts. API operations show this
 * state to their callers as AWS would, with its delays and permissions. The methods here set the
 * organization up, act for its people and workloads, and let tests inspect it.
 */
export class World implements WorldState {
  readonly clock: VirtualClock
  readonly settings: Settings
  readonly ids: Identifiers
  readonly pager: Pager
  readonly organization: Organization
  readonly history = new History()
  readonly keys: KeyRing
  readonly sessions: Sessions
  readonly events: EventRecorder

  readonly #finder: SecretFinder

  constructor(options: WorldOptions) {
    const { clock, random, managementAccountId, delegatedAdminIds, ...settings } = options
    this.#finder = new SecretFinder(this)
    this.clock = clock
    this.settings = { ...DEFAULT_SETTINGS, ...settings }
    this.ids = new Identifiers(random)
    this.pager = new Pager(this.ids, this.settings.shortPageChance)
    const managementId = managementAccountId ?? '111111111111'
    this.organization = new Organization(this.ids, managementId, delegatedAdminIds ?? [])
    this.keys = new KeyRing(clock, this.ids, this.settings, this.history)
    this.sessions = new Sessions(clock, this.ids)
    this.events = new EventRecorder(clock, this.ids, this.settings)
    this.addAccount({ id: managementId, name: 'management' })
  }

  /** Throws when there is none. */
  account(id: string): Account {
    return this.organization.account(id)
  }

  /** Throws when there is none. */
  user(accountId: string, userName: string): User {
    const user = this.account(accountId).users.get(userName)
    if (user === undefined) throw new Error(`account ${accountId} has no user ${userName}`)
    return user
  }

  /** The key with this ID, even if it was deleted. Throws when no key ever had this ID. */
  key(accessKeyId: string): AccessKey {
    const key = this.keys.get(accessKeyId)
    if (key === undefined) throw new Error(`there never was an access key ${accessKeyId}`)
    return key
  }

  addAccount(seed: AccountToAdd): Account {
    return seeding.addAccount(this, seed)
  }

  addOu(
    name: string,
    parentId = this.organization.rootId,
    tags: Readonly<Record<string, string>> = {},
  ): OrganizationalUnit {
    return this.organization.addUnit(name, parentId, new Map(Object.entries(tags)))
  }

  addUser(accountId: string, seed: UserToAdd): User {
    return seeding.addUser(this, this.account(accountId), seed)
  }

  /** Adds a key that existed before the simulation: visible at once, without history. */
  addAccessKey(accountId: string, userName: string, seed: KeyToAdd = {}): AccessKey {
    return seeding.addAccessKey(this, this.user(accountId, userName), seed)
  }

  setRootKeys(accountId: string, root: Partial<RootUser>): void {
    const account = this.account(accountId)
    account.root = { ...account.root, ...root }
  }

  addRole(accountId: string, seed: RoleToAdd): Role {
    return seeding.addRole(this, this.account(accountId), seed)
  }

  removeRole(accountId: string, roleName: string, by = 'owner'): void {
    interference.removeRole(this, this.account(accountId), roleName, by)
  }

  renameUser(accountId: string, userName: string, newName: string, by = 'owner'): void {
    const user = this.user(accountId, userName)
    interference.renameUser(this, this.account(accountId), user, newName, by)
  }

  deleteUser(accountId: string, userName: string, by = 'owner'): void {
    const user = this.user(accountId, userName)
    interference.deleteUser(this, this.account(accountId), user, by)
  }

  /** Adds tags. A tag replaces an older one with the same key. */
  tagUser(
    accountId: string,
    userName: string,
    tags: Readonly<Record<string, string>>,
    by = 'owner',
  ): void {
    const user = this.user(accountId, userName)
    interference.tagUser(this, this.account(accountId), user, tags, by)
  }

  setKeyStatus(accessKeyId: string, status: KeyStatus, by = 'owner'): void {
    interference.setStatusByHand(this, this.key(accessKeyId), status, by)
  }

  createKeyByHand(accountId: string, userName: string, by = 'owner'): AccessKey {
    const user = this.user(accountId, userName)
    return interference.createKeyByHand(this, this.account(accountId), user, by)
  }

  deleteKeyByHand(accessKeyId: string, by = 'owner'): void {
    interference.deleteKeyByHand(this, this.key(accessKeyId), by)
  }

  /** A workload signs a call with the key; false when AWS refuses it. */
  useKey(accessKeyId: string, use: KeyUseToMake): boolean {
    const key = this.key(accessKeyId)
    const region = use.region ?? 'us-east-1'
    const { user } = key
    const actor = {
      kind: 'user',
      arn: `arn:aws:iam::${user.accountId}:user${user.path}${user.name}`,
      accountId: user.accountId,
      principalId: user.id,
      username: user.name,
      accessKeyId: key.id,
    } as const
    const works = this.keys.use(key, use.service, region, actor)
    if (works && use.event !== undefined) {
      this.events.record(this.account(user.accountId), {
        name: use.event,
        service: use.service,
        region,
        readOnly: /^(?:Get|List|Describe|Lookup)/.test(use.event),
        actor,
        sourceIp: use.sourceIp ?? '198.51.100.23',
        userAgent: use.userAgent ?? 'Boto3/1.40.0',
        parameters: {},
        response: undefined,
        error: undefined,
      })
    }
    return works
  }

  /** Whether AWS would accept a call signed with the key now. */
  keyWorks(accessKeyId: string): boolean {
    return authenticates(this.key(accessKeyId), this.clock.now())
  }

  /** The credentials of a user's key, for an SDK client. */
  credentialsForKey(accessKeyId: string): Credentials {
    return { accessKeyId, secretAccessKey: this.key(accessKeyId).secret.reveal() }
  }

  /**
   * Credentials of a role's session, as a Lambda function gets them, without a check of the trust
   * policy. `durationMs` is virtual time; default 12 h.
   */
  credentialsForRole(
    accountId: string,
    roleName: string,
    sessionName: string,
    durationMs = 12 * 3_600_000,
  ): Required<Credentials> {
    const role = this.account(accountId).roles.get(roleName)
    if (role === undefined) throw new Error(`account ${accountId} has no role ${roleName}`)
    const session = this.sessions.open(role, sessionName, durationMs, undefined)
    return {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secret.reveal(),
      sessionToken: session.token.reveal(),
    }
  }

  /** A secret, even if its deletion is scheduled; undefined if it does not exist or is deleted. */
  secretOf(accountId: string, name: string, region = 'us-east-1'): Secret | undefined {
    const secret = this.account(accountId).secrets.get(`${region}/${name}`)
    if (secret?.deletion !== undefined && secret.deletion.goneAtMs <= this.clock.now()) {
      return undefined
    }
    return secret
  }

  /** The secret versions that contain a key's ID and secret. */
  holdingsOf(accessKeyId: string): readonly Holding[] {
    return holdingsOf(this, accessKeyId)
  }

  /** The IDs of the keys whose secret, or a fragment of it, is in a text; see `SecretFinder`. */
  keysLeakedIn(text: string): readonly string[] {
    return this.#finder.ownersIn(text)
  }

  /** Sets an account's state, as closing or suspending the account does. */
  setAccountState(accountId: string, state: Account['state']): void {
    this.account(accountId).state = state
  }

  /** Deletes a secret at once, as a person might by mistake. */
  deleteSecretByHand(accountId: string, name: string, region = 'us-east-1', by = 'owner'): void {
    const secret = this.secretOf(accountId, name, region)
    if (secret === undefined) throw new Error(`account ${accountId} has no secret ${name}`)
    const nowMs = this.clock.now()
    secret.deletion = { requestedAtMs: nowMs, goneAtMs: nowMs }
    this.history.record(
      {
        atMs: nowMs,
        accountId,
        actor: person(accountId, by),
        operation: 'secretsmanager:DeleteSecret',
        parameters: { SecretId: name },
      },
      {
        kind: 'secret-deletion-scheduled',
        goneAtMs: nowMs,
        secretArn: secret.arn,
        secretName: name,
      },
    )
  }
}
