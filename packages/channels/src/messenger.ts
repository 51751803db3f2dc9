import { KeynagError, type Message, type Messenger, type Route, type Sent } from '@keynag/core'
import { refused, type Attempt } from './attempt.ts'
import { emailDelivery, type EmailOptions } from './email/deliver.ts'
import { slackDelivery, type SlackOptions } from './slack/deliver.ts'

export interface MessengerOptions {
  readonly slack?: SlackOptions | undefined
  readonly email?: EmailOptions | undefined
  /** Told of a route that is broken for everybody although a later one may take the message. */
  readonly onBrokenRoute?: ((route: Route, error: KeynagError) => void) | undefined
}

/**
 * Tries the routes in order; the first that takes the message has delivered it.
 *
 * - A route that refuses this address (nobody there, no such channel): the next one is tried.
 * - A transient error ends the attempt, whatever routes are left: the order is the owner's
 *   preference, and a slow Slack must not turn into mail unnoticed. The queue tries all again;
 *   routes that refused refuse again, and nothing was delivered twice.
 * - A route that is broken for everybody (a revoked token, an unverified sender) must not keep the
 *   others from warning somebody: the next one is tried and `onBrokenRoute` is told. When none
 *   takes the message, that error is thrown: it is the operator's, and "undeliverable" would count
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
