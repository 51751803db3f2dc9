import { createServer, request } from 'node:http'
import { listen, readBody } from '@keynag/fake-aws/loopback'
import { z } from 'zod'

/** A call that moto took, as CloudTrail tells of it. */
interface Call {
  readonly at: number
  readonly account: string
  readonly name: string
  readonly record: string
}

const Wanted = z.object({
  LookupAttributes: z.tuple([z.object({ AttributeValue: z.string() })]),
  StartTime: z.number().optional(),
})

const sessionOf = /<Arn>(arn:aws:sts::(\d{12}):assumed-role\/[^<]+)<\/Arn>/
const temporaryKeyOf = /<AccessKeyId>([^<]+)<\/AccessKeyId>/
const watched = new Set(['UpdateAccessKey', 'DeleteAccessKey'])

/**
 * moto has no LookupEvents. So this server forwards the calls of IAM and STS to moto, keeps who changed
 * which key, and answers LookupEvents from that, without a delay.
 */
export async function startTrail(target: string, clock: { now(): number }) {
  const sessions = new Map<string, { arn: string; account: string }>()
  const calls: Call[] = []

  const note = (form: URLSearchParams, caller: string, answer: string): void => {
    const name = form.get('Action') ?? ''
    const [, arn = '', account = ''] = sessionOf.exec(answer) ?? []
    const [, temporaryKey] = temporaryKeyOf.exec(answer) ?? []
    if (name === 'AssumeRole' && temporaryKey !== undefined) {
      sessions.set(temporaryKey, { arn, account })
    }
    const by = sessions.get(caller)
    if (!watched.has(name) || by === undefined) return
    const record = JSON.stringify({
      eventName: name,
      eventSource: 'iam.amazonaws.com',
      userIdentity: { type: 'AssumedRole', arn: by.arn },
      requestParameters: {
        accessKeyId: form.get('AccessKeyId'),
        status: form.get('Status') ?? undefined,
      },
    })
    calls.unshift({ at: clock.now(), account: by.account, name, record })
  }

  const lookUp = (body: string, caller: string): string => {
    const {
      LookupAttributes: [{ AttributeValue: name }],
      StartTime = 0,
    } = Wanted.parse(JSON.parse(body))
    const account = sessions.get(caller)?.account
    const found = calls.filter((call) => call.name === name && call.account === account)
    return JSON.stringify({
      Events: found
        .filter(({ at }) => at >= StartTime * 1_000)
        .map(({ at, record }) => ({
          EventName: name,
          EventTime: at / 1_000,
          CloudTrailEvent: record,
        })),
    })
  }

  const server = createServer((incoming, outgoing) => {
    const pass = async (): Promise<void> => {
      const body = await readBody(incoming)
      const { method, headers, url } = incoming
      const [, caller = ''] = /Credential=([^/]+)\//.exec(headers.authorization ?? '') ?? []
      if (String(headers['x-amz-target']).endsWith('LookupEvents')) {
        outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
        outgoing.end(lookUp(body, caller))
        return
      }
      const passed = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          const whole = Buffer.concat(parts)
          if (answer.statusCode === 200) note(new URLSearchParams(body), caller, whole.toString())
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          outgoing.end(whole)
        })
      })
      passed.on('error', (error) => outgoing.destroy(error))
      passed.end(body)
    }
    pass().catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  })
  return listen(server, 'the trail')
}
