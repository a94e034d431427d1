import { theDay } from "./record-line.ts";

theDay({ records: 100, pictures: 6, throttle: 1, withinMs: 120_000 });
