/** Tea of one garden and one day, never blended: its bag may say "from this garden". Data only; times are China's. */
export { SINGLE };

const SINGLE = {
  garden: 30,
  day: "2026-04-11",
  kg: "24.6",
  /** As found at the works; then made into tea, and weighed into one lot. */
  ...{ works: "24.5", made: "5.7", packed: "5.6" },
  lotNumber: "260412-KTWG",
  labels: 55,
  hours: {
    ...{ pickedAt: "2026-04-11 09:50", weighedAt: "2026-04-11 10:10", shippedAt: "2026-04-11 10:30" },
    ...{ sensedAt: "2026-04-11 11:00", receivedAt: "2026-04-11 11:30", madeAt: "2026-04-11 17:10" },
    ...{ writtenAt: "2026-04-11 17:30", sentBackAt: "2026-04-12 09:00", backAt: "2026-04-12 10:00" },
    ...{ packedAt: "2026-04-12 11:00", labelledAt: "2026-04-12 11:30" },
  },
} as const;
