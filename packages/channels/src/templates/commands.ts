import type { KeyCard } from '@keynag/core'
import { shellWord } from '../sanitize.ts'

type NamedKey = Pick<KeyCard, 'accessKeyId' | 'userName'>

export const createCommand = (key: NamedKey): string =>
  `aws iam create-access-key --user-name ${shellWord(key.userName)}`

export const deactivateCommand = (key: NamedKey): string =>
  `aws iam update-access-key --status Inactive ` +
  `--access-key-id ${shellWord(key.accessKeyId)} --user-name ${shellWord(key.userName)}`

export const activateCommand = (key: NamedKey): string =>
  `aws iam update-access-key --status Active ` +
  `--access-key-id ${shellWord(key.accessKeyId)} --user-name ${shellWord(key.userName)}`

export const deleteCommand = (key: NamedKey): string =>
  `aws iam delete-access-key ` +
  `--access-key-id ${shellWord(key.accessKeyId)} --user-name ${shellWord(key.userName)}`

/** For operators, in a checkout of keynag. A message does not know its stage: NAME stands for it. */
export const storyCommand = (key: NamedKey): string =>
  `npx pnpm keynag ledger show ${shellWord(key.accessKeyId)} --stage NAME`

export const releaseCommand = (key: NamedKey): string =>
  `npx pnpm keynag hold release ${shellWord(key.accessKeyId)} --stage NAME --why 'the reason'`

export const rollbackCommand = (key: NamedKey): string =>
  `npx pnpm keynag rollback ${shellWord(key.accessKeyId)} --stage NAME --why 'the reason'`

export const lastUsedCommand = (key: NamedKey): string =>
  `aws iam get-access-key-last-used --access-key-id ${shellWord(key.accessKeyId)}`

/** For a user who may do nothing without MFA. The answer holds credentials, which only the user sees. */
export const mfaSessionCommand =
  "aws sts get-session-token --serial-number 'ARN-OF-YOUR-MFA-DEVICE' --token-code 'SIX-DIGITS'"

/** Names the Region of the ARN, because the reader's default Region may be another one. */
export function fetchSecretCommand(secretArn: string): string {
  const region = secretArn.split(':')[3] ?? ''
  return [
    'aws secretsmanager get-secret-value',
    ...(region === '' ? [] : [`--region ${shellWord(region)}`]),
    `--secret-id ${shellWord(secretArn)}`,
    '--query SecretString --output text',
  ].join(' ')
}
