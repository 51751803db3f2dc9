import { z } from 'zod'

/**
 * A Slack channel, as `#name` or by its ID. Names have letters of any script (Slack Help Center,
 * Guidelines for channel names); an ID stays the same when somebody renames the channel.
 */
const pattern = /^(?:#[\p{L}\p{M}\p{N}_-]{1,80}|[CG][A-Z0-9]{8,20})$/u

/** `abort` makes a union report its own error, which names all alternatives. */
export const SlackChannel = z
  .string()
  .regex(pattern, { error: 'must be a Slack channel such as #security or C024BE91L', abort: true })

export const isSlackChannel = (to: string): boolean => pattern.test(to)
