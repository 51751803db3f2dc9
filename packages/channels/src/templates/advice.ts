import type { KeyCard, MessageOf } from '@keynag/core'
import { heading, plain, say, strong, type Block, type Step, type Text } from '../document.ts'
import { createCommand, deactivateCommand, deleteCommand, mfaSessionCommand } from './commands.ts'
import { utc } from './dates.ts'

/** AWS refuses the fetch to a user whose policies ask for MFA, though the secret's own policy allows it. */
export const withMfa: Step = {
  text: plain(
    'If AWS answers AccessDenied because your account asks for MFA: open a session with this command, put the three values that it prints into AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and run the command above again. Or sign in to the AWS console with MFA, open the secret in Secrets Manager, and choose "Retrieve secret value".',
  ),
  commands: [mfaSessionCommand],
}

/** What to use instead of a key, for each kind of user. */
export const betterThanAKey: readonly Block[] = [
  heading('What to use instead of a key'),
  {
    kind: 'points',
    points: [
      say`People: ${'aws login'} (AWS CLI 2.32 or later) or IAM Identity Center.`,
      plain('CI: OIDC federation into an IAM role.'),
      plain('On AWS: the role of the instance, task or function.'),
      plain('Outside AWS: IAM Roles Anywhere.'),
    ],
  },
]

/** How to create another key, unless the policy would take that one away too. */
export const createStep = (key: KeyCard, text: Text): Step =>
  key.keysUnwanted === undefined
    ? { text, commands: [createCommand(key)] }
    : {
        text: say`Move what uses the key to something better (see below). Please do not create another key: ${whyUnwanted(key.keysUnwanted)}`,
      }

/** The reason why a key goes, whatever its age. */
export const whyUnwanted = ({ groups }: NonNullable<KeyCard['keysUnwanted']>): Text => {
  const names = groups.flatMap((group, index) => say`${plain(index === 0 ? '' : ', ')}${group}`)
  return groups.length === 0
    ? plain('the policy for this user allows no access keys, whatever their age.')
    : say`members of the group ${names} may not have access keys, whatever their age.`
}

/** Of a replaced key that nobody can have switched on again. */
export const deletedAtOnce = ({
  deactivatesAt,
  isFinal,
}: Pick<MessageOf<'replacement-issued'>, 'deactivatesAt' | 'isFinal'>): readonly Text[] =>
  isFinal === undefined
    ? []
    : [
        say`${strong(`keynag also deletes the old key on ${utc(deactivatesAt)}.`)} After that it cannot be switched on again.`,
      ]

/** How to retire a key: deactivate it, check, delete it. Every command can be copied as it is. */
export function retireSteps(key: KeyCard): readonly Step[] {
  const remove: Step = {
    text: plain(
      'When everything has worked for a few days, delete the old key. This cannot be undone.',
    ),
    commands: [deleteCommand(key)],
  }
  if (key.status !== 'Active') {
    return [
      {
        text: say`The key is already ${plain(key.status)}. If nothing needs it, delete it. This cannot be undone.`,
        commands: [deleteCommand(key)],
      },
    ]
  }
  return [
    {
      text: plain('Deactivate the old key, and check that everything still works.'),
      commands: [deactivateCommand(key)],
    },
    remove,
  ]
}
