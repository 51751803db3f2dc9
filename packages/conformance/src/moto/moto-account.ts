import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  type StatusType,
} from '@aws-sdk/client-iam'
import { memberRoleGrants, type Credentials } from '@keynag/aws'
import type { Moto } from './start-moto.ts'

interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

/** A key as IAM lists it. */
export interface SeenKey {
  readonly id: string
  readonly status: StatusType | undefined
}

const allowing = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

/** An account of moto, with the calls that its administrators would make. */
export class MotoAccount {
  readonly id: string
  readonly #moto: Moto
  readonly #iam: IAMClient

  constructor(moto: Moto, id: string, config: ClientConfig) {
    this.id = id
    this.#moto = moto
    this.#iam = new IAMClient(config)
  }

  destroy(): void {
    this.#iam.destroy()
  }

  /**
   * Adds a role with exactly these actions on all resources: moto checks the resource of hardly any
   * call, and refuses a call whose policy has a condition that it does not know.
   */
  async addRole(RoleName: string, actions: readonly string[]): Promise<void> {
    const trust = allowing({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })
    await this.#iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
    const PolicyDocument = allowing({ Action: actions, Resource: '*' })
    await this.#iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }))
  }

  /** Adds the roles that keynag assumes, each with the permissions that keynag declares for it. */
  async addKeynagRoles(): Promise<void> {
    for (const role of ['reader', 'creator', 'reaper'] as const) {
      await this.addRole(
        `keynag-${role}`,
        memberRoleGrants[role].flatMap(({ actions }) => actions),
      )
    }
  }

  async allow(UserName: string, action: string): Promise<void> {
    const PolicyDocument = allowing({ Action: action, Resource: '*' })
    await this.#iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
  }

  /** Adds a user with one key, both created at this instant, or now. */
  async addUser(
    UserName: string,
    tags: Readonly<Record<string, string>>,
    createdAtMs = Date.now(),
  ): Promise<Credentials> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    await this.#iam.send(new CreateUserCommand({ UserName, Tags }))
    const key = await this.addKey(UserName)
    await this.#moto.setDates(this.id, {
      users: [{ userName: UserName, createdAtMs }],
      keys: [{ accessKeyId: key.accessKeyId, createdAtMs }],
    })
    return key
  }

  async addKey(UserName: string): Promise<Credentials> {
    const { AccessKey } = await this.#iam.send(new CreateAccessKeyCommand({ UserName }))
    return {
      accessKeyId: String(AccessKey?.AccessKeyId),
      secretAccessKey: String(AccessKey?.SecretAccessKey),
    }
  }

  async deactivate(UserName: string, { accessKeyId }: Credentials): Promise<void> {
    const change = { UserName, AccessKeyId: accessKeyId, Status: 'Inactive' } as const
    await this.#iam.send(new UpdateAccessKeyCommand(change))
  }

  async deleteKey(UserName: string, { accessKeyId }: Credentials): Promise<void> {
    await this.#iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }))
  }

  async keysOf(UserName: string): Promise<readonly SeenKey[]> {
    const keys = await this.#list(UserName)
    return keys.map(({ AccessKeyId, Status }) => ({ id: String(AccessKeyId), status: Status }))
  }

  /** See `MotoOrganization.dateBack`. */
  async dateBack(nowMs: number): Promise<void> {
    const { Users = [] } = await this.#iam.send(new ListUsersCommand({}))
    const keys = []
    for (const { UserName } of Users) {
      for (const { AccessKeyId = '', CreateDate } of await this.#list(String(UserName))) {
        const { AccessKeyLastUsed: used } = await this.#iam.send(
          new GetAccessKeyLastUsedCommand({ AccessKeyId }),
        )
        const isNew = (CreateDate?.getTime() ?? 0) > nowMs
        const wasUsed = (used?.LastUsedDate?.getTime() ?? 0) > nowMs
        const lastUsed = {
          atMs: nowMs,
          service: String(used?.ServiceName),
          region: String(used?.Region),
        }
        keys.push({
          accessKeyId: AccessKeyId,
          ...(isNew ? { createdAtMs: nowMs } : {}),
          ...(wasUsed ? { lastUsed } : {}),
        })
      }
    }
    await this.#moto.setDates(this.id, { keys })
  }

  async #list(UserName: string) {
    const { AccessKeyMetadata = [] } = await this.#iam.send(new ListAccessKeysCommand({ UserName }))
    return AccessKeyMetadata
  }
}
