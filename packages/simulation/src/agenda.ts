interface Item {
  readonly at: number
  readonly seq: number
  readonly run: () => Promise<void> | void
}

/** What will happen, and when: a heap, by virtual milliseconds, then by order of addition. */
export class Agenda {
  readonly #heap: Item[] = []
  #seq = 0

  get size(): number {
    return this.#heap.length
  }

  get nextAt(): number | undefined {
    return this.#heap[0]?.at
  }

  add(at: number, run: Item['run']): void {
    this.#seq += 1
    const item = { at, seq: this.#seq, run }
    const heap = this.#heap
    let hole = heap.length
    heap.push(item)
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !isBefore(item, parent)) break
      heap[hole] = parent
      hole = above
    }
    heap[hole] = item
  }

  take(): Item | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let hole = 0
    for (;;) {
      const left = 2 * hole + 1
      const right = left + 1
      const a = heap[left]
      if (a === undefined) break
      const b = heap[right]
      const [child, at] = b !== undefined && isBefore(b, a) ? [b, right] : [a, left]
      if (!isBefore(child, last)) break
      heap[hole] = child
      hole = at
    }
    heap[hole] = last
    return first
  }
}

const isBefore = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq)
