import {
  providerOf,
  type BrokenChannel,
  type KeynagError,
  type Message,
  type Messenger,
  type Route,
  type Sent,
} from '@keynag/core'
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
 *   and a slow Slack must not become a mail unnoticed. The next attempt tries all routes again; those
 *   that refused refuse again, so nothing is delivered twice.
 * - A route fails in a way that only an operator can mend (a revoked token, a channel that is archived,
 *   a message that the provider cannot take): it must not keep the other routes from warning somebody,
 *   so the messenger calls `onBrokenRoute` and tries the next one. If no route delivers, the message has
 *   failed: "undeliverable" would count against the owner.
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
      const failures: Failed[] = []
      const channels: BrokenChannel[] = []
      const withChannels = <T extends Sent>(sent: T): T =>
        channels.length === 0 ? sent : { ...sent, broken: channels }
      for (const route of routes) {
        const result = await attempt(message, route)
        switch (result.kind) {
          case 'delivered':
            return withChannels(result)
          case 'refused':
            refusals.push(`${nameOf(route)}: ${result.why}`)
            break
          case 'failed': {
            const failed = { ...result, provider: providerOf(route) }
            if (failed.error.errorClass !== 'permanent') return withChannels(failed)
            options.onBrokenRoute?.(route, failed.error)
            if (failed.concerns === 'channel' && route.via === 'slack-channel') {
              channels.push({ channel: route.channel, error: failed.error })
            }
            failures.push(failed)
            break
          }
          default:
            result satisfies never
        }
      }
      const first = failures.find(({ concerns }) => concerns === 'provider') ?? failures[0]
      if (first !== undefined) return withChannels(first)
      return { kind: 'undeliverable', why: refusals.join('; ') || 'there is no route to try' }
    },
  }
}

type Failed = Extract<Sent, { kind: 'failed' }>

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
