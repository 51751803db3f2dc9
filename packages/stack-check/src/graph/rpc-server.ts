import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const Call = z.object({ method: z.string(), params: z.tuple([z.unknown()]) })

type Methods = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/** Stands for SST's engine: SST's components call the engine over loopback. */
export async function startRpcServer(
  methods: Methods,
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<object> => {
      const { method, params } = Call.parse(JSON.parse(await text(request)))
      const run = methods[method]
      if (run === undefined) return { error: `the evaluation has no answer for ${method}` }
      return { result: await run(params[0]) }
    }
    void answer()
      .catch((error: unknown) => ({ error: error instanceof Error ? error.message : 'failed' }))
      .then((body) => response.end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}
