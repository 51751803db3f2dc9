import { KeynagError } from '@keynag/core'
import type { Consumer } from '../consumer.ts'
import type { Ports } from '../ports.ts'
import { withdraw } from './withdraw.ts'

/**
 * The consumer of the bounces queue, whose messages come from SES and are not keynag's own events. If
 * keynag cannot read a message, SQS delivers it again, and moves it to the dead-letter queue after
 * the last delivery.
 */
export const consumeMailEvents =
  (ports: Pick<Ports, 'clock' | 'ledger' | 'organization' | 'telemetry'>): Consumer =>
  async ({ body, messageId, receiveCount }) => {
    const fields = { messageId, receiveCount }
    try {
      const outcome = await withdraw(ports)(body, messageId)
      if ('reason' in outcome) ports.telemetry.info(outcome.reason, fields)
    } catch (error) {
      if (error instanceof KeynagError) {
        ports.telemetry.error(error.message, { ...fields, code: error.code })
      } else {
        ports.telemetry.error('a bug: the message will be tried again', { ...fields, error })
      }
      throw error
    }
  }
