import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type DescribeSecretCommandOutput,
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
  type SecretVersion,
  type UserRef,
} from '@keynag/core'
import { calling, classify, refusalOf, type Call } from '../classify.ts'
import type { ClientSettings } from '../session/client-settings.ts'
import { handoverKeyGrant } from './handover-key.ts'
import {
  contentOf,
  readContent,
  readerPolicy,
  rotationOf,
  writeContent,
} from './handover-secret.ts'
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

const beingDeleted = { kind: 'gone', why: 'it is scheduled for deletion' } as const

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

  async prepare(
    user: UserRef,
    rotationId: RotationId,
  ): Promise<{ secretArn: string } | 'name-taken'> {
    const { accountId } = user
    const secrets = await this.#creator(accountId, rotationId)
    const secretArn = await this.#container(secrets, user, rotationId)
    if (secretArn === undefined) return 'name-taken'
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

  /**
   * Creates an empty secret: it has no version until `store`. `undefined`: the name belongs to a secret
   * that is scheduled for deletion.
   */
  async #container(
    secrets: SecretsManagerClient,
    { accountId, userName }: UserRef,
    rotationId: RotationId,
  ): Promise<string | undefined> {
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
      const refusal = refusalOf(error)
      if (refusal === 'already-exists' || refusal === 'being-deleted') return refusal
      throw classify(error, call)
    })
    if (created === 'being-deleted') return undefined
    const { ARN } =
      created === 'already-exists'
        ? ((await this.#describe(secrets, accountId, name)) ?? {})
        : created
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

  async stored(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<SecretVersion> {
    const VersionId = versionIdOf(attempt)
    const held = await this.#read(accountId, secretArn, { VersionId })
    if (held.kind !== 'text') return held
    const { accessKeyId } = readContent(held.text, attempt.rotationId)
    return { kind: 'key', newKeyId: accessKeyId }
  }

  /** A person may have put another text into the secret: then it does not hold the key. */
  async offered(accountId: AccountId, secretArn: string): Promise<SecretVersion> {
    const held = await this.#read(accountId, secretArn, { VersionStage: 'AWSCURRENT' })
    if (held.kind !== 'text') return held
    const key = contentOf(held.text, RotationId.parse(rotationOf(secretArn)))
    return key === undefined ? { kind: 'absent' } : { kind: 'key', newKeyId: key.accessKeyId }
  }

  /** The text of one version, or what the secret shows instead of it. */
  async #read(
    accountId: AccountId,
    secretArn: string,
    version: { readonly VersionId: string } | { readonly VersionStage: string },
  ): Promise<
    | { readonly kind: 'text'; readonly text: string | undefined }
    | Exclude<SecretVersion, { kind: 'key' }>
  > {
    const rotationId = RotationId.parse(rotationOf(secretArn))
    const secrets = await this.#creator(accountId, rotationId)
    const call: Call = { operation: 'secretsmanager:GetSecretValue', accountId, secret: true }
    const answer = await secrets
      .send(new GetSecretValueCommand({ SecretId: secretArn, ...version }))
      .catch((error: unknown) => {
        const refusal = refusalOf(error)
        if (refusal === 'no-such-entity' || refusal === 'being-deleted') return refusal
        throw classify(error, call)
      })
    if (typeof answer === 'object') return { kind: 'text', text: answer.SecretString }
    if (answer === 'being-deleted') return beingDeleted
    // Secrets Manager has one error for a missing secret and for a missing version.
    const described = await this.#describe(secrets, accountId, secretArn)
    if (described === undefined) return { kind: 'gone', why: 'it does not exist' }
    return described.DeletedDate === undefined ? { kind: 'absent' } : beingDeleted
  }

  /** `undefined`: there is no such secret. One that is scheduled for deletion has a `DeletedDate`. */
  #describe(
    secrets: SecretsManagerClient,
    accountId: AccountId,
    SecretId: string,
  ): Promise<DescribeSecretCommandOutput | undefined> {
    return secrets.send(new DescribeSecretCommand({ SecretId })).catch((error: unknown) => {
      if (refusalOf(error) === 'no-such-entity') return undefined
      throw classify(error, { operation: 'secretsmanager:DescribeSecret', accountId })
    })
  }

  /** Also refuses a key whose secret is gone, because nobody can fetch it. */
  async test(accountId: AccountId, secretArn: string, attempt: Attempt): Promise<KeyTest> {
    const VersionId = versionIdOf(attempt)
    const held = await this.#read(accountId, secretArn, { VersionId })
    return held.kind === 'text'
      ? testKey(this.#settings, readContent(held.text, attempt.rotationId))
      : { kind: 'refused' }
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
