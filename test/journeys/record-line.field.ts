/** `npm run test:field` */
import { theDay } from "./record-line.ts";

theDay({ records: 1_000, pictures: 60, throttle: 6, most: 1.2, withinMs: 1_200_000 });
