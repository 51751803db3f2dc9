/** Draws a progress bar on standard error, or nothing when that is not a terminal. */
export function progressBar(total: number, stream: NodeJS.WriteStream): (done: number) => void {
  if (!stream.isTTY) return () => {}
  const width = 40
  return (done) => {
    const filled = Math.round((done / total) * width)
    const bar = '#'.repeat(filled) + '-'.repeat(width - filled)
    stream.write(`\r  day ${String(done).padStart(String(total).length)} of ${total} [${bar}]`)
    if (done === total) stream.write('\r\u001B[K')
  }
}
