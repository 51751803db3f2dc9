import { defineConfig } from 'vitest/config'

/** `pnpm test:java`: the contracts on implementations that need Java and Maven. */
export default defineConfig({
  test: {
    include: ['packages/conformance/src/java/*.java.test.ts'],
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 120_000,
    // The first run fetches the libraries.
    hookTimeout: 600_000,
  },
})
