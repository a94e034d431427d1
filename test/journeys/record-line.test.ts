import { theDay } from "./record-line.ts";

// One lost answer weighs ten times what it does in the whole day, which is held to 1.2 (record-line.field.ts).
theDay({ records: 100, pictures: 6, throttle: 1, most: 1.5, withinMs: 120_000 });
