import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { motoPython } from './environment.ts'

/** Dates to give to users and keys that are there; what is left out stays. */
interface Dates {
  readonly users?: readonly {
    readonly userName: string
    readonly createdAtMs?: number
    readonly passwordLastUsedMs?: number
  }[]
  readonly keys?: readonly {
    readonly accessKeyId: string
    readonly createdAtMs?: number
    /** `null`: never used. */
    readonly lastUsed?: {
      readonly atMs: number
      readonly service: string
      readonly region: string
    } | null
  }[]
}

/** A user to make, with keys. */
export interface UserSeed {
  readonly userName: string
  readonly createdAtMs: number
  readonly keys: readonly { readonly createdAtMs: number; readonly status: 'Active' | 'Inactive' }[]
}

export interface Moto {
  /** For `AWS_ENDPOINT_URL`: all services, all accounts. */
  readonly url: string
  readonly version: string
  /** What no call to IAM can do: makes users and keys of an account old, used or unused. */
  readonly setDates: (accountId: string, dates: Dates) => Promise<void>
  /** Makes thousands of users at once; answers with their keys' IDs, in the order given. */
  readonly addUsers: (accountId: string, users: readonly UserSeed[]) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** moto did not start, or refused something. */
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
 * moto, an implementation of AWS that nobody here wrote, in a process of its own on 127.0.0.1 and a
 * free port. It ends with this process. Credentials that it does not know act in account
 * 123456789012; AssumeRole into any other account makes that account.
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
  if (!answer.ok) throw new MotoFailed(`moto set no ${what}: ${await answer.text()}`)
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
