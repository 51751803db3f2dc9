import type { IncomingMessage } from 'node:http'

const largestBodyBytes = 16 * 1024 * 1024

/** The whole body of a request as text, up to 16 MiB, which is DynamoDB's largest request. */
export const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > largestBodyBytes) {
        reject(new Error(`the request body is larger than ${largestBodyBytes} bytes`))
        request.destroy()
        return
      }
      chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })
