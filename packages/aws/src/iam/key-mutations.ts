import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  AccessKeyId,
  ambiguous,
  Secret,
  type CreatedKey,
  type KeyChange,
  type KeyMutations,
  type UserRef,
} from '@keynag/core'
import { classify, missesKey, refusalOf, wasRepeated, type Call } from '../classify.ts'
import type { MemberClients, MemberRole, MemberSessions } from '../session/member-session.ts'
import { sessionPolicy } from '../session/session-policy.ts'

/** Changes keys. Each session allows only one operation on one user. */
export class IamKeyMutations implements KeyMutations {
  readonly #sessions: MemberSessions

  constructor(sessions: MemberSessions) {
    this.#sessions = sessions
  }

  /** @throws KeynagError ambiguous `KEYNAG_EFFECT_UNKNOWN` when IAM may have created a key. */
  async create(
    user: UserRef,
    sessionName: string,
  ): Promise<CreatedKey | 'limit-exceeded' | 'no-user'> {
    const call = callOn(user, 'iam:CreateAccessKey')
    const { iamOnce } = await this.#session('creator', call.operation, user, sessionName)
    const command = new CreateAccessKeyCommand({ UserName: user.userName })
    try {
      const { AccessKey } = await iamOnce().send(command)
      const id = AccessKeyId.safeParse(AccessKey?.AccessKeyId)
      const secret = AccessKey?.SecretAccessKey
      if (!id.success || secret === undefined) {
        throw ambiguous('KEYNAG_EFFECT_UNKNOWN', 'IAM answered without the key that it created')
      }
      return { accessKeyId: id.data, secretAccessKey: new Secret(secret) }
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === 'limit-exceeded') return refusal
      if (refusal === 'no-such-entity') return 'no-user'
      throw classify(error, { ...call, effect: 'once', secret: true })
    }
  }

  deactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange> {
    return this.#setStatus(user, key, 'Inactive', sessionName)
  }

  reactivate(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange> {
    return this.#setStatus(user, key, 'Active', sessionName)
  }

  async #setStatus(
    user: UserRef,
    key: AccessKeyId,
    Status: 'Active' | 'Inactive',
    sessionName: string,
  ): Promise<KeyChange> {
    const call = callOn(user, 'iam:UpdateAccessKey')
    const { iam } = await this.#session('reaper', call.operation, user, sessionName)
    const command = new UpdateAccessKeyCommand({
      UserName: user.userName,
      AccessKeyId: key,
      Status,
    })
    return changing(call, key, () => iam().send(command))
  }

  async delete(user: UserRef, key: AccessKeyId, sessionName: string): Promise<KeyChange> {
    const call = callOn(user, 'iam:DeleteAccessKey')
    const { iam } = await this.#session('reaper', call.operation, user, sessionName)
    const command = new DeleteAccessKeyCommand({ UserName: user.userName, AccessKeyId: key })
    return changing(call, key, () => iam().send(command))
  }

  #session(
    role: MemberRole,
    action: string,
    { accountId, arn }: UserRef,
    sessionName: string,
  ): Promise<MemberClients> {
    const policy = sessionPolicy([action], arn)
    return this.#sessions.clients({ accountId, role, sessionName, policy })
  }
}

const callOn = ({ accountId }: UserRef, operation: string): Call => ({ operation, accountId })

async function changing(
  call: Call,
  key: AccessKeyId,
  run: () => Promise<unknown>,
): Promise<KeyChange> {
  try {
    await run()
    return 'done'
  } catch (error) {
    if (refusalOf(error) === 'no-such-entity') return missesKey(error, key) ? 'gone' : 'no-user'
    throw classify(error, wasRepeated(error) ? { ...call, effect: 'repeated' } : call)
  }
}
