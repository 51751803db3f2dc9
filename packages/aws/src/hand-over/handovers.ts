import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import {
  handoverName,
  RotationId,
  transient,
  versionIdOf,
  type AccountId,
  type Attempt,
  type CreatedKey,
  type Handovers,
  type KeyTest,
  type UserRef,
} from '@keynag/core'
import { calling, classify, refusalOf, type Call } from '../classify.ts'
import type { ClientSettings } from '../session/client-settings.ts'
import { handoverKeyGrant } from './handover-key.ts'
import { readContent, readerPolicy, rotationOf, writeContent } from './handover-secret.ts'
import { testKey } from './key-test.ts'
import type { MemberRole, MemberSessions } from '../session/member-session.ts'
import { partitionOf } from '../session/partition.ts'
import { sessionPolicy } from '../session/session-policy.ts'

/** The smallest value that Secrets Manager accepts (API Reference, DeleteSecret). */
const recoveryDays = 7

const creatorActions = [
  'CreateSecret',
  'DescribeSecret',
  'GetSecretValue',
  'PutResourcePolicy',
  'PutSecretValue',
  'TagResource',
  'UpdateSecretVersionStage',
].map((action) => `secretsmanager:${action}`)

/** Hand-over secrets, one per rotation. Each session can reach only one secret. */
export class SecretHandovers implements Handovers {
  readonly #sessions: MemberSessions
  readonly #settings: ClientSettings
  readonly #key: string | undefined

  /** `key`: a KMS alias or ARN. Without it, Secrets Manager uses its own key. */
  constructor(sessions: MemberSessions, settings: ClientSettings, key?: string) {
    this.#sessions = sessions
    this.#settings = settings
    this.#key = key
  }

  async prepare(user: UserRef, rotationId: RotationId): Promise<{ secretArn: string }> {
    const { accountId } = user
    const secrets = await this.#creator(accountId, rotationId)
    const secretArn = await this.#container(secrets, user, rotationId)
    const creator = this.#sessions.roleArn(accountId, 'creator')
    await calling({ operation: 'secretsmanager:PutResourcePolicy', accountId }, () =>
      secrets.send(
        new PutResourcePolicyCommand({
          SecretId: secretArn,
          ResourcePolicy: readerPolicy(user, creator),
          BlockPublicPolicy: true,
        }),
      ),
    )
    return { secretArn }
  }

  /** Creates an empty secret: it has no version until `store`. */
  async #container(
    secrets: SecretsManagerClient,
    { accountId, userName }: UserRef,
    rotationId: RotationId,
  ): Promise<string> {
    const name = handoverName(rotationId)
    const call: Call = { operation: 'secretsmanager:CreateSecret', accountId }
    const create = new CreateSecretCommand({
      Name: name,
      Description: `The new access key of IAM user ${userName}, until it is picked up`,
      ...(this.#key === undefined ? {} : { KmsKeyId: this.#key }),
      Tags: [
        { Key: 'keynag:rotation', Value: rotationId },
        { Key: 'keynag:user', Value: userName },
      ],
    })
    const created = await secrets.send(create).catch((error: unknown) => {
      if (refusalOf(error) === 'already-exists') return undefined
      throw classify(error, call)
    })
    const { ARN } =
      created ??
      (await calling({ ...call, operation: 'secretsmanager:DescribeSecret' }, () =>
        secrets.send(new DescribeSecretCommand({ SecretId: name })),
      ))
    if (ARN !== undefined) return ARN
    throw transient('KEYNAG_UNAVAILABLE', `Secrets Manager gave no ARN for ${name}`)
  }

  /**
   * The attempt's version ID is the token. Storing the same key again changes nothing; AWS refuses
   * another key under the same ID (Secrets Manager API Reference, PutSecretValue).
   */
  async store(user: UserRef, secretArn: string, attempt: Attempt, key: CreatedKey): Promise<void> {
    const { accountId } = user
    const { rotationId } = attempt
    const secrets = await this.#creator(accountId, rotationId)
    const call: Call = { operation: 'secretsmanager:PutSecretValue', accountId, secret: true }
    await calling(call, () =>
      secrets.send(
        new PutSecretValueCommand({
          SecretId: secretArn,
          ClientRequestToken: versionIdOf(attempt),
          VersionStages: ['AWSPENDING'],
          SecretString: writeContent(user, rotationId, key),
        }),
      ),
    )
  }

  async stored(accountId: AccountId, secretArn: string, attempt: Attempt) {
    const key = await this.#storedKey(accountId, secretArn, attempt)
    return key === undefined
      ? ({ kind: 'absent' } as const)
      : ({ kind: 'key', newKeyId: key.accessKeyId } as const)
  }

  async #storedKey(
    accountId: AccountId,
    secretArn: string,
    attempt: Attempt,
  ): Promise<CreatedKey | undefined> {
    const { rotationId } = attempt
    const secrets = await this.#creator(accountId, rotationId)
    const call: Call = { operation: 'secretsmanager:GetSecretValue', accountId, secret: true }
    const VersionId = versionIdOf(attempt)
    const command = new GetSecretValueCommand({ SecretId: secretArn, VersionId })
    const answer = await secrets.send(command).catch((error: unknown) => {
      if (refusalOf(error) === 'no-such-entity') return undefined
      throw classify(error, call)
    })
    return answer === undefined ? undefined : readContent(answer.SecretString, rotationId)
  }

  /** Also refuses a key whose secret is gone, because nobody can fetch it. */
  async test(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<KeyTest> {
    const key = await this.#storedKey(accountId, secretArn, attempt)
    return key === undefined ? { kind: 'refused' } : testKey(this.#settings, key)
  }

  async promote(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<void> {
    const secrets = await this.#creator(accountId, attempt.rotationId)
    const versionId = versionIdOf(attempt)
    const { VersionIdsToStages = {} } = await calling(
      { operation: 'secretsmanager:DescribeSecret', accountId },
      () => secrets.send(new DescribeSecretCommand({ SecretId: secretArn })),
    )
    const [current] =
      Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? []
    // Secrets Manager makes the first version AWSCURRENT by itself.
    if (current === versionId) return
    await calling({ operation: 'secretsmanager:UpdateSecretVersionStage', accountId }, () =>
      secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretArn,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: versionId,
          ...(current === undefined ? {} : { RemoveFromVersionId: current }),
        }),
      ),
    )
  }

  async retire(accountId: AccountId, secretId: string): Promise<void> {
    const rotationId = RotationId.parse(rotationOf(secretId))
    const secrets = await this.#session(accountId, rotationId, 'reaper', [
      'secretsmanager:DeleteSecret',
    ])
    const command = new DeleteSecretCommand({
      SecretId: secretId,
      RecoveryWindowInDays: recoveryDays,
    })
    await secrets.send(command).catch((error: unknown) => {
      const refusal = refusalOf(error)
      if (refusal === 'being-deleted' || refusal === 'no-such-entity') return
      throw classify(error, { operation: 'secretsmanager:DeleteSecret', accountId })
    })
  }

  #creator(accountId: AccountId, rotationId: RotationId): Promise<SecretsManagerClient> {
    return this.#session(accountId, rotationId, 'creator', creatorActions)
  }

  async #session(
    accountId: AccountId,
    rotationId: RotationId,
    role: MemberRole,
    actions: readonly string[],
  ): Promise<SecretsManagerClient> {
    const { region } = this.#settings
    const { name: partition } = partitionOf(region)
    const resource = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${handoverName(rotationId)}-*`
    const anyKey = `arn:${partition}:kms:${region}:${accountId}:key/*`
    const key = this.#key
    const usesKey = role === 'creator' && key !== undefined
    const { secrets } = await this.#sessions.clients({
      accountId,
      role,
      sessionName: `keynag-${rotationId}-handover`,
      policy: sessionPolicy(
        actions,
        resource,
        usesKey ? [handoverKeyGrant({ key, region, anyKey, secrets: resource })] : [],
      ),
    })
    return secrets()
  }
}
