import { describe, expect, it } from 'vitest'
import { parseEnvironment } from './environment.ts'

const queue = (name: string): string => `https://sqs.us-east-1.amazonaws.com/222222222222/${name}`

const complete = {
  AWS_REGION: 'us-east-1',
  KEYNAG_STAGE: 'production',
  KEYNAG_LEDGER_TABLE: 'keynag-ledger',
  KEYNAG_QUEUE_SCAN: queue('scan'),
  KEYNAG_QUEUE_NOTIFY: queue('notify'),
  KEYNAG_QUEUE_ESCALATE: queue('escalate'),
  KEYNAG_QUEUE_ROTATE: queue('rotate'),
  KEYNAG_DEAD_LETTERS_SCAN: queue('scan-dead'),
  KEYNAG_DEAD_LETTERS_NOTIFY: queue('notify-dead'),
  KEYNAG_DEAD_LETTERS_ESCALATE: queue('escalate-dead'),
  KEYNAG_DEAD_LETTERS_ROTATE: queue('rotate-dead'),
}

describe('the environment', () => {
  it('needs no Slack and has a delay for nags', () => {
    expect(parseEnvironment({ ...complete, PATH: '/bin' })).toEqual({
      ...complete,
      KEYNAG_NAG_DELAY_SECONDS: 600,
    })
    expect(
      parseEnvironment({ ...complete, KEYNAG_NAG_DELAY_SECONDS: '0' }).KEYNAG_NAG_DELAY_SECONDS,
    ).toBe(0)
  })

  it.each(Object.keys(complete))('names %s when it is missing', (name) => {
    expect(() => parseEnvironment({ ...complete, [name]: undefined })).toThrow(
      expect.objectContaining({
        code: 'KEYNAG_ENVIRONMENT_INVALID',
        message: expect.stringContaining(name),
      }),
    )
  })

  it('names every variable that is wrong at once', () => {
    const wrong = {
      ...complete,
      KEYNAG_QUEUE_SCAN: 'scan',
      KEYNAG_NAG_DELAY_SECONDS: '901',
      KEYNAG_STAGE: undefined,
    }
    expect(() => parseEnvironment(wrong)).toThrow(
      /KEYNAG_STAGE.*KEYNAG_QUEUE_SCAN.*KEYNAG_NAG_DELAY_SECONDS/,
    )
  })

  it('says nothing of the values: they may be secrets', () => {
    const wrong = { ...complete, KEYNAG_QUEUE_SCAN: 'xoxb-a-token' }
    expect(() => parseEnvironment(wrong)).toThrow(expect.not.stringContaining('xoxb'))
  })
})
