import type { KeyCard } from '@keynag/core'
import { shellWord } from '../sanitize.ts'

type NamedKey = Pick<KeyCard, 'accessKeyId' | 'userName'>

export const createCommand = (key: NamedKey): string =>
  `aws iam create-access-key --user-name ${shellWord(key.userName)}`

export const deactivateCommand = (key: NamedKey): string =>
  `aws iam update-access-key --status Inactive ` +
  `--access-key-id ${shellWord(key.accessKeyId)} --user-name ${shellWord(key.userName)}`

export const deleteCommand = (key: NamedKey): string =>
  `aws iam delete-access-key ` +
  `--access-key-id ${shellWord(key.accessKeyId)} --user-name ${shellWord(key.userName)}`

export const lastUsedCommand = (key: NamedKey): string =>
  `aws iam get-access-key-last-used --access-key-id ${shellWord(key.accessKeyId)}`

/** Names the Region that the ARN does: the reader's default may be another one. */
export function fetchSecretCommand(secretArn: string): string {
  const region = secretArn.split(':')[3] ?? ''
  return [
    'aws secretsmanager get-secret-value',
    ...(region === '' ? [] : [`--region ${shellWord(region)}`]),
    `--secret-id ${shellWord(secretArn)}`,
    '--query SecretString --output text',
  ].join(' ')
}
