import { KeynagError, type Message, type Messenger, type Route, type Sent } from '@keynag/core'
import { refused, type Attempt } from './attempt.ts'
import { emailDelivery, type EmailOptions } from './email/deliver.ts'
import { slackDelivery, type SlackOptions } from './slack/deliver.ts'

export interface MessengerOptions {
  readonly slack?: SlackOptions | undefined
  readonly email?: EmailOptions | undefined
  /** Called for a route that fails for everybody, even when a later route delivers the message. */
  readonly onBrokenRoute?: ((route: Route, error: KeynagError) => void) | undefined
}

/**
 * Tries the routes in order, until one delivers the message.
 *
 * - A route refuses this address (no such user, no such channel): the messenger tries the next one.
 * - A transient error ends the attempt, even if routes are left: the order is the owner's preference,
 *   and a slow Slack must not become a mail unnoticed. The queue tries all routes again; those that
 *   refused refuse again, so nothing is delivered twice.
 * - A route fails for everybody (a revoked token, an unverified sender): it must not keep the other
 *   routes from warning somebody, so the messenger calls `onBrokenRoute` and tries the next one. If
 *   no route delivers, it throws that error: the operator has to act, and "undeliverable" would count
 *   against the owner.
 */
export function createMessenger(options: MessengerOptions): Messenger {
  const slack = options.slack === undefined ? undefined : slackDelivery(options.slack)
  const email = options.email === undefined ? undefined : emailDelivery(options.email)

  const attempt = async (message: Message, route: Route): Promise<Attempt> => {
    if (route.via === 'email')
      return (await email?.(message, route)) ?? refused('mail is not set up')
    return (await slack?.(message, route)) ?? refused('Slack is not set up')
  }

  return {
    async send(message, routes): Promise<Sent> {
      const refusals: string[] = []
      const broken: KeynagError[] = []
      for (const route of routes) {
        try {
          const result = await attempt(message, route)
          if (result.kind === 'delivered') return result
          refusals.push(`${nameOf(route)}: ${result.why}`)
        } catch (error) {
          if (!(error instanceof KeynagError) || error.errorClass !== 'permanent') throw error
          options.onBrokenRoute?.(route, error)
          broken.push(error)
        }
      }
      const [first] = broken
      if (first !== undefined) throw first
      return { kind: 'undeliverable', why: refusals.join('; ') || 'there is no route to try' }
    },
  }
}

function nameOf(route: Route): string {
  switch (route.via) {
    case 'slack':
      return `Slack to ${route.email}`
    case 'slack-channel':
      return `Slack ${route.channel}`
    case 'email':
      return `mail to ${route.email}`
    default:
      return route satisfies never
  }
}
