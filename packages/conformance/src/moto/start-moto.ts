import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { motoPython } from './environment.ts'

/** New dates for existing users and keys. A date that is left out does not change. */
interface Dates {
  readonly users?: readonly {
    readonly userName: string
    readonly createdAtMs?: number
    readonly passwordLastUsedMs?: number
  }[]
  readonly keys?: readonly {
    readonly accessKeyId: string
    readonly createdAtMs?: number
    /** `null` means that the key was never used. */
    readonly lastUsed?: {
      readonly atMs: number
      readonly service: string
      readonly region: string
    } | null
  }[]
}

/** A user to create, with keys. */
export interface UserSeed {
  readonly userName: string
  readonly createdAtMs: number
  readonly keys: readonly { readonly createdAtMs: number; readonly status: 'Active' | 'Inactive' }[]
}

export interface Moto {
  /** The value for `AWS_ENDPOINT_URL`, for all services and all accounts. */
  readonly url: string
  readonly version: string
  /** Sets the creation and last-use dates of an account's users and keys, as no call to IAM can. */
  readonly setDates: (accountId: string, dates: Dates) => Promise<void>
  /** Creates thousands of users at once. Returns the IDs of their keys, in the order given. */
  readonly addUsers: (accountId: string, users: readonly UserSeed[]) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** moto did not start, or refused a set-up call. */
class MotoFailed extends Error {
  readonly code = 'KEYNAG_MOTO_FAILED'

  constructor(what: string) {
    super(what)
    this.name = 'MotoFailed'
  }
}

const script = fileURLToPath(new URL('server.py', import.meta.url))
const Ready = z.object({ port: z.number(), version: z.string() })

/**
 * Starts moto, an independent implementation of AWS, in a separate process on 127.0.0.1 and a free
 * port. It ends with this process. Calls with unknown credentials act in account 123456789012.
 * AssumeRole into any other account creates that account.
 * @throws {PythonMissing}
 * @throws {MotoNotInstalled}
 * @throws {MotoFailed}
 */
export const startMoto = async (): Promise<Moto> => {
  const python = await motoPython()
  const { PATH = '', HOME = '' } = process.env
  const server = spawn(python, [script], { env: { PATH, HOME } })
  const { port, version } = await ready(server)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    version,
    setDates: async (accountId, { users = [], keys = [] }) => {
      await seed(url, 'dates', { accountId, users, keys })
    },
    addUsers: async (accountId, users) =>
      z.array(z.string()).parse(await seed(url, 'users', { accountId, users })),
    close: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return
      const ended = once(server, 'exit')
      server.stdin.end()
      await ended
    },
  }
}

const seed = async (url: string, what: 'dates' | 'users', body: object): Promise<unknown> => {
  const answer = await fetch(`${url}/keynag/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new MotoFailed(`moto could not set ${what}: ${await answer.text()}`)
  return answer.json()
}

const ready = async (server: ChildProcessWithoutNullStreams): Promise<z.infer<typeof Ready>> => {
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
  })
  server.once('error', (error) => {
    said += String(error)
  })
  for await (const line of createInterface(server.stdout)) {
    server.stdout.resume()
    return Ready.parse(JSON.parse(line))
  }
  throw new MotoFailed(`moto did not start:\n${said}`)
}
