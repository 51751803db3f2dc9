import type { EpochMs, KeyCard } from '@keynag/core'
import { heading, paragraph, plain, say, type Block, type Step, type Text } from '../document.ts'
import { withMfa } from './advice.ts'
import { activateCommand, deactivateCommand, fetchSecretCommand } from './commands.ts'
import { utcFrom } from './dates.ts'

/** A replacement that keynag made, and that no program has used yet. */
export type Uninstalled = KeyCard & { readonly replaces: NonNullable<KeyCard['replaces']> }

export const isUninstalled = (key: KeyCard): key is Uninstalled => key.replaces !== undefined

export const whyInstall = ({ replaces, lastUsed }: Uninstalled): Text =>
  lastUsed.kind === 'unknown'
    ? say`keynag made it to replace ${replaces.accessKeyId}, and cannot tell whether a program uses it`
    : say`keynag made it to replace ${replaces.accessKeyId}, and AWS shows no use of it since`

/** To IAM, keynag's own test of a new key is a use. */
export function lastTested({ lastUsed }: Uninstalled, now: EpochMs): Text {
  switch (lastUsed.kind) {
    case 'at':
      return plain(`not since keynag tested it, ${utcFrom(lastUsed.at, now)}`)
    case 'never':
      return plain('AWS shows no use')
    case 'unknown':
      return say`unknown: ${lastUsed.why}`
    default:
      return lastUsed satisfies never
  }
}

/** How to install the first of them; a list names the secrets of the others. */
export const howToInstall = ([first, ...others]: readonly Uninstalled[]): readonly Block[] =>
  first === undefined
    ? []
    : [
        heading(`How to install ${first.accessKeyId}`),
        ...(others.length === 0
          ? []
          : [
              paragraph(
                plain(
                  'Repeat these steps for each other replacement, with its own secret and its own old key.',
                ),
              ),
            ]),
        { kind: 'steps', steps: installSteps(first) },
      ]

function installSteps(key: Uninstalled): readonly Step[] {
  const { accessKeyId: oldKeyId, status, secretArn } = key.replaces
  return [
    ...fetchSteps(key),
    ...(key.status === 'Inactive'
      ? [{ text: plain('Activate the new key.'), commands: [activateCommand(key)] }]
      : []),
    {
      text: say`Put ${key.accessKeyId} everywhere ${oldKeyId} ${plain(status === undefined ? 'was' : 'is')} used, and check that everything works. Please do not create another key.`,
    },
    ...(status === 'Active'
      ? [
          {
            text: say`Then deactivate the old key, ${oldKeyId}.`,
            commands: [deactivateCommand({ accessKeyId: oldKeyId, userName: key.userName })],
          },
        ]
      : []),
    {
      text: plain(
        secretArn === undefined
          ? 'If you do not have the new key, or need no key any more, tell the people who run keynag.'
          : 'If you cannot fetch the new key, or need no key any more, tell the people who run keynag.',
      ),
    },
  ]
}

function fetchSteps({ accessKeyId, userName, replaces }: Uninstalled): readonly Step[] {
  const { accessKeyId: oldKeyId, status, secretArn } = replaces
  if (secretArn === undefined) {
    return [
      {
        text: say`The secret of ${accessKeyId} cannot be fetched any more. Please use the copy that you fetched before.`,
      },
    ]
  }
  const commands = [fetchSecretCommand(secretArn)]
  if (status === 'Active') {
    const text = say`Fetch the new key with this command, signed in with the old key, ${oldKeyId}. Only ${userName} can read it.`
    return [{ text, commands }, withMfa]
  }
  const old = status === undefined ? 'is gone' : `is ${status}`
  return [
    {
      text: say`Fetch the new key with this command. Only ${userName} can read it, and the old key, ${oldKeyId}, ${plain(old)}: sign in as this user in another way, for example to the AWS console, and open the secret in Secrets Manager.`,
      commands,
    },
  ]
}
