import { z } from 'zod'
import { AccessKeyId, Secret, type CreatedKey, type RotationId, type UserRef } from '@keynag/core'

/**
 * The rotation ID in a secret's name or ARN. Secrets Manager ends an ARN with six random characters.
 */
export function rotationOf(secretId: string): string {
  const pattern = /^(?:arn:.+:secret:)?keynag\/handover\/([0-9a-f-]{36})(?:-\w{6})?$/
  const [, rotationId] = pattern.exec(secretId) ?? []
  if (rotationId === undefined) throw new Error(`${secretId} is not a hand-over secret`)
  return rotationId
}

const Content = z.object({
  accessKeyId: AccessKeyId,
  secretAccessKey: z.string().min(1),
  createdFor: z.string(),
})

/** The secret's text. It is always the same for the same key, so that a repeat changes nothing. */
export const writeContent = (user: UserRef, rotationId: RotationId, key: CreatedKey): string =>
  JSON.stringify({
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey.reveal(),
    userName: user.userName,
    accountId: user.accountId,
    createdFor: rotationId,
  })

/** @throws Error that does not quote the secret. */
export function readContent(text: string | undefined, rotationId: RotationId): CreatedKey {
  const key = contentOf(text, rotationId)
  if (key !== undefined) return key
  throw new Error(`the secret of rotation ${rotationId} does not hold the text that keynag stored`)
}

/** The key in a text that keynag stored for this rotation; `undefined`: it is another text. */
export function contentOf(
  text: string | undefined,
  rotationId: RotationId,
): CreatedKey | undefined {
  const content = Content.safeParse(parseJson(text))
  if (!content.success || content.data.createdFor !== rotationId) return undefined
  const { accessKeyId, secretAccessKey } = content.data
  return { accessKeyId, secretAccessKey: new Secret(secretAccessKey) }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    // The parser's message would quote the secret.
    return undefined
  }
}

/**
 * Lets only the user read the secret, and the role that stores and tests it. It denies everybody else
 * in the account, whatever their own policies allow. The denial names the user's ID, so that another
 * user who later gets the same name cannot read it.
 */
export const readerPolicy = (user: UserRef, creatorRoleArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TheUserReadsIt',
        Effect: 'Allow',
        Principal: { AWS: user.arn },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
      {
        Sid: 'NobodyElseDoes',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: {
          StringNotEquals: { 'aws:userid': user.userId },
          ArnNotEquals: { 'aws:PrincipalArn': creatorRoleArn },
        },
      },
    ],
  })
