/** docs/ledger.md §9: every error of a batch and of an entry, provoked; and the order of the checks where it matters. */
import { expect } from "chai";
import { network } from "hardhat";
import { entry, freshKey, type Group, type Hex, hex, Phone, type Signed, sha256, u } from "../support/phone.ts";
import { making as makingBy, OF_A_CALL, OF_CERTIFY, OF_CORRECT, OF_DISCARD } from "../support/refusals.ts";
import { OF_HANDOVER, OF_STATUS, OF_THIRD, OF_VOID, Refusals } from "../support/refusals.ts";
import { deployWorld, Farm, type World } from "../support/simulator.ts";

const MAX_U40 = 2n ** 40n - 1n;
const NOWHERE = hex(sha256(Buffer.from("nothing was made here")));

describe("A batch that breaks a rule", () => {
  let refusals: Refusals;
  let world: World;
  let farm: Farm;
  let stranger: Farm;
  let phone: Phone;
  let product: Hex;
  let loose: Hex;
  let pieces: Hex;
  let plot: Hex;
  let planting: Hex;
  let lot: Hex;
  let piecesLot: Hex;

  before(async () => {
    world = await deployWorld(await network.create());
    refusals = new Refusals(world);
    farm = await Farm.admit(world);
    stranger = await Farm.admit(world);
    phone = farm.phone;
    product = await farm.product({ net: 250n });
    loose = await farm.product();
    pieces = await farm.product({ unit: 3, net: 1000n });
    plot = await farm.plot(5000n);
    planting = await farm.planting(product, { area: 10_000_000n, cap: 200_000n });
    lot = await farm.lot(product, 1000n);
    piecesLot = await farm.make(entry.origin({ product: pieces, amount: 5000n }));
  });

  function expectRefused(batch: Signed | Hex, error: string, ...args: readonly unknown[]): Promise<void> {
    return refusals.expect(batch, error, ...args);
  }

  function on(subject: Hex, ...entries: Group["entries"]): Signed {
    return phone.batch([{ subject, entries }]);
  }

  function making(entries: Group["entries"], by = phone): ReturnType<typeof makingBy> {
    return makingBy(entries, by);
  }

  describe("by its form", () => {
    it("is refused when longer than 32,768 bytes, without being run", async () => {
      const long = hex(Buffer.alloc(32_769, 1));

      await expectRefused(long, "BatchTooLong", 32_769n);
    });

    it("is refused when shorter than one entry needs", async () => {
      const { bytes } = on(lot, entry.note());

      await expectRefused(bytes.slice(0, -2) as Hex, "BatchTooShort", 228n);
      await expectRefused("0x", "BatchTooShort", 0n);
    });

    it("is refused for another version, chain or ledger, each by name", async () => {
      const group = [{ subject: lot, entries: [entry.note()] }];

      await expectRefused(phone.batch(group, { version: 2 }), "WrongVersion", 2n);
      await expectRefused(phone.batch(group, { chainId: 1n }), "WrongChain", 1n);
      await expectRefused(phone.batch(group, { ledger: phone.recorder }), "WrongLedger", phone.recorder);
    });

    it("is refused from a key that nobody enrolled", async () => {
      const unknown = new Phone(world.home);

      await expectRefused(
        unknown.batch([{ subject: lot, entries: [entry.note()] }]),
        "RecorderUnknown",
        unknown.recorder,
      );
    });

    it("is refused from an expelled key and from a stopped organisation", async () => {
      const ended = await farm.enrol();
      await farm.write(farm.subject, entry.expel(ended.recorder));
      const until = await world.ethers.provider.getBlockNumber();
      const stopped = await Farm.admit(world);
      await (await world.ledger.stop(stopped.number, NOWHERE)).wait();

      await expectRefused(
        ended.batch([{ subject: lot, entries: [entry.note()] }]),
        "RecorderEnded",
        ended.recorder,
        BigInt(until),
      );
      await expectRefused(
        stopped.phone.batch([{ subject: stopped.subject, entries: [entry.note()] }]),
        "OrganisationStopped",
        BigInt(stopped.number),
      );
    });

    it("is refused when its nonce is spent, by whichever batch", async () => {
      const first = on(lot, entry.note());
      await world.accepted(first);
      const second = phone.batch([{ subject: lot, entries: [entry.grow()] }], { nonce: first.nonce });

      await expectRefused(first, "NonceUsed", phone.recorder, first.nonce);
      await expectRefused(second, "NonceUsed", phone.recorder, first.nonce);
    });

    it("is refused where a group runs past the end, is empty or leaves bytes over, and says at which byte", async () => {
      const note = { subject: lot, entries: [entry.note()] };
      const group = (length: number): Group => ({ ...note, length });
      const spare = on(lot, entry.note()).bytes;

      await expectRefused(phone.batch([group(41)]), "MalformedBatch", 89n);
      await expectRefused(phone.batch([group(39)]), "MalformedBatch", 89n);
      await expectRefused(phone.batch([group(0)]), "MalformedBatch", 89n);
      await expectRefused(phone.batch([group(2 ** 32 - 1)]), "MalformedBatch", 89n);
      await expectRefused(phone.batch([note, { subject: plot, entries: [] }]), "MalformedBatch", 165n);
      await expectRefused(`${spare}00`, "MalformedBatch", 165n);
    });

    it("is refused where an entry runs past its group, and says at which byte", async () => {
      const told = { ...entry.note(), length: 1 };

      await expectRefused(on(lot, told), "MalformedBatch", 125n);
      await expectRefused(on(lot, entry.note(), told), "MalformedBatch", 165n);
      await expectRefused(
        phone.batch([{ subject: lot, entries: [entry.note(), { ...entry.note(), args: Buffer.of(1), length: 0 }] }]),
        "MalformedBatch",
        205n,
      );
    });

    it("is refused when two neighbouring groups have one subject", async () => {
      const group = { subject: lot, entries: [entry.note()] };

      await expectRefused(phone.batch([group, group]), "GroupRepeated", 1n);
      await world.accepted(phone.batch([group, { subject: plot, entries: [entry.note()] }, group]));
    });

    it("is refused when a byte of it was changed after signing, or its signature is of another key or form", async () => {
      const { bytes } = on(lot, entry.note());
      const changed = `${bytes.slice(0, 260)}${bytes[260] === "0" ? "1" : "0"}${bytes.slice(261)}` as Hex;
      const group = [{ subject: lot, entries: [entry.note()] }];
      const zeros = (): Buffer => Buffer.alloc(64);

      await expectRefused(changed, "WrongSignature", phone.recorder);
      await expectRefused(phone.batch(group, {}, freshKey().sign), "WrongSignature", phone.recorder);
      await expectRefused(phone.batch(group, {}, zeros), "WrongSignature", phone.recorder);
    });
  });

  describe("by an entry", () => {
    it("is refused for a kind that is not there", async () => {
      for (const kind of [0, 3, 35, 50, 59, 68, 77, 81, 90, 99, 105, 255])
        await expectRefused(on(lot, entry.any(kind)), "KindUnknown", BigInt(kind));
    });

    it("is refused for args of another length, whatever the kind", async () => {
      const whole = [
        entry.enrol(0, freshKey()),
        entry.expel(phone.recorder),
        entry.product(),
        entry.member(),
        entry.plot(),
        entry.site(),
        entry.origin({ product, amount: 1n }),
        entry.plant({ plot, product, area: 1n, cap: 1n }),
        entry.grow(),
        entry.sense(),
        entry.note(),
        entry.test(),
        entry.inspect(),
        entry.attest(),
        entry.harvest([[planting, 1n]]),
        entry.transform([[lot, 1n]], [[product, 1n]]),
        entry.discard({ amount: 1n }),
        entry.ship({ lot, amount: 1n, to: 1 }),
        entry.receive(1n),
        entry.refuse(lot),
        entry.withdraw(lot),
        entry.apply({ certifier: 1, scope: [plot] }),
        entry.certify({ beneficiary: 1, scope: [plot] }),
        entry.suspend(),
        entry.lift(),
        entry.revoke(),
        entry.promise(1n),
        entry.label({ lot, count: 1n }),
        entry.void({ lot, ranges: [[0n, 1n]] }),
        entry.recall(),
        entry.release(),
        entry.acknowledge(1),
        entry.dispute({ named: farm.subject }),
        entry.answer(),
        entry.correct(),
      ];
      for (const { kind, args } of whole) {
        const long = Buffer.concat([args, Buffer.of(0)]);
        await expectRefused(on(lot, entry.any(kind, long)), "WrongLength", BigInt(kind), BigInt(long.length));
        if (args.length === 0) continue;
        const short = args.subarray(1);
        await expectRefused(on(lot, entry.any(kind, short)), "WrongLength", BigInt(kind), BigInt(short.length));
      }
    });

    it("is refused for args too short to hold their own counts", async () => {
      await expectRefused(on(lot, entry.any(56)), "WrongLength", 56n, 0n);
      await expectRefused(on(lot, entry.any(57, u(4, 1))), "WrongLength", 57n, 4n);
      await expectRefused(on(lot, entry.any(57, u(5, 1))), "WrongLength", 57n, 5n);
      await expectRefused(on(lot, entry.any(72, u(11, 1))), "WrongLength", 72n, 11n);
      await expectRefused(on(lot, entry.any(73, u(53, 1))), "WrongLength", 73n, 53n);
      await expectRefused(on(lot, entry.any(89, u(65, 1))), "WrongLength", 89n, 65n);
    });

    it("is refused when the organisation lacks the kind's role", async () => {
      const carrier = await Farm.admit(world, { roles: 8 });
      const trader = await Farm.admit(world, { roles: 4 });
      const goods = [
        entry.product(),
        entry.origin({ product, amount: 1n }),
        entry.transform([[lot, 1n]], [[product, 1n]]),
        entry.label({ lot, count: 1n }),
        entry.ship({ lot, amount: 1n, to: 1 }),
      ];
      const land = [
        entry.plot(),
        entry.member(),
        entry.plant({ plot, product, area: 1n, cap: 1n }),
        entry.harvest([[planting, 1n]]),
      ];

      for (const one of [...goods, ...land]) {
        await expectRefused(making([one], carrier.phone).batch, "NoRole", BigInt(carrier.number), BigInt(one.kind));
      }
      for (const one of land) {
        await expectRefused(making([one], trader.phone).batch, "NoRole", BigInt(trader.number), BigInt(one.kind));
      }
      await trader.product();
      const laboratory = await Farm.admit(world, { roles: 16 });
      await expectRefused(making([entry.site()], laboratory.phone).batch, "NoRole", BigInt(laboratory.number), 17n);
      for (const who of [carrier, trader]) await who.make(entry.site());
    });

    it("is refused when a making entry is not the first of its group", async () => {
      const { batch } = making([entry.plot(), entry.plot({ index: 1 })]);

      await expectRefused(batch, "NotMaker", 16n);
      await expectRefused(on(lot, entry.note(), entry.plot()), "NotMaker", 16n);
    });

    it("is refused when the new subject's id is not the one that recorder, nonce and index give", async () => {
      const nonce = phone.take();
      const other = phone.newId(nonce, 1);
      const batch = phone.batch([{ subject: other, entries: [entry.plot({ index: 0 })] }], { nonce });

      await expectRefused(batch, "WrongSubjectId", phone.newId(nonce, 0), other);
    });

    it("is refused when it makes what it has made before", async () => {
      const nonce = phone.take();
      const [first, second] = [phone.newId(nonce, 0), phone.newId(nonce, 1)];
      const twice = phone.batch(
        [
          { subject: first, entries: [entry.plot()] },
          { subject: second, entries: [entry.plot({ index: 1 })] },
          { subject: first, entries: [entry.plot()] },
        ],
        { nonce },
      );
      const further = phone.take();
      const outputs = phone.batch(
        [
          { subject: phone.newId(further, 1), entries: [entry.plot({ index: 1 })] },
          {
            subject: phone.newId(further, 0),
            entries: [
              entry.transform(
                [[lot, 2n]],
                [
                  [product, 1n],
                  [product, 1n],
                ],
              ),
            ],
          },
        ],
        { nonce: further },
      );

      await expectRefused(twice, "SubjectExists", first);
      await expectRefused(outputs, "SubjectExists", phone.newId(further, 1));
    });

    it("is refused for a subject that does not exist", async () => {
      await expectRefused(on(NOWHERE, entry.note()), "SubjectUnknown", NOWHERE);
      await expectRefused(on(NOWHERE, entry.enrol(0, freshKey())), "SubjectUnknown", NOWHERE);
      for (const one of [
        entry.origin({ product: NOWHERE, amount: 1n }),
        entry.plant({ plot: NOWHERE, product, area: 1n, cap: 1n }),
        entry.plant({ plot, product: NOWHERE, area: 1n, cap: 1n }),
        entry.harvest([[NOWHERE, 1n]]),
        entry.transform([[NOWHERE, 1n]], [[product, 1n]]),
        entry.transform([[lot, 1n]], [[NOWHERE, 1n]]),
        entry.label({ lot: NOWHERE, count: 1n }),
      ]) {
        await expectRefused(making([one]).batch, "SubjectUnknown", NOWHERE);
      }
    });

    it("is refused for what another organisation holds", async () => {
      const theirs = BigInt(stranger.number);
      const foreign = (subject: Hex, one: Group["entries"][number]): Signed =>
        stranger.phone.batch([{ subject, entries: [one] }]);

      for (const subject of [lot, plot, planting, product, farm.subject]) {
        await expectRefused(foreign(subject, entry.note()), "NotHolder", subject, theirs);
        await expectRefused(foreign(subject, entry.grow()), "NotHolder", subject, theirs);
      }
      await expectRefused(foreign(farm.subject, entry.enrol(1, freshKey())), "NotHolder", farm.subject, theirs);
      await expectRefused(foreign(farm.subject, entry.expel(phone.recorder)), "NotHolder", farm.subject, theirs);
      for (const [one, subject] of [
        [entry.plant({ plot, product, area: 1n, cap: 1n }), plot],
        [entry.harvest([[planting, 1n]]), planting],
        [entry.transform([[lot, 1n]], [[product, 1n]]), lot],
        [entry.label({ lot, count: 1n }), lot],
      ] as const) {
        await expectRefused(making([one], stranger.phone).batch, "NotHolder", subject, theirs);
      }
    });

    it("is refused when a subject is not of the sort that the entry asks for", async () => {
      await expectRefused(on(lot, entry.enrol(0, freshKey())), "WrongSort", lot, 56n);
      for (const [one, subject, sort] of [
        [entry.origin({ product: plot, amount: 1n }), plot, 16n],
        [entry.plant({ plot: lot, product, area: 1n, cap: 1n }), lot, 56n],
        [entry.plant({ plot, product: planting, area: 1n, cap: 1n }), planting, 25n],
        [entry.harvest([[plot, 1n]]), plot, 16n],
        [entry.transform([[product, 1n]], [[product, 1n]]), product, 8n],
        [entry.label({ lot: planting, count: 1n }), planting, 25n],
        [entry.label({ lot: farm.subject, count: 1n }), farm.subject, 0n],
      ] as const) {
        await expectRefused(making([one]).batch, "WrongSort", subject, sort);
      }
    });

    it("is refused when a key that is no manager's enrols or expels", async () => {
      const worker = await farm.enrol();

      for (const one of [entry.enrol(0, freshKey()), entry.expel(phone.recorder)]) {
        const batch = worker.batch([{ subject: farm.subject, entries: [one] }]);
        await expectRefused(batch, "NotManager", worker.recorder);
      }
    });

    it("is refused when a key is enrolled twice, by its own organisation or another", async () => {
      await expectRefused(on(farm.subject, entry.enrol(0, phone.key)), "RecorderBound", phone.recorder);
      await expectRefused(
        on(farm.subject, entry.enrol(0, stranger.phone.key)),
        "RecorderBound",
        stranger.phone.recorder,
      );
    });

    it("is refused when it enrols a key that is no point of the curve, or with unknown flags", async () => {
      const { x, y } = freshKey();
      const off = hex(u(32, BigInt(y) ^ 1n));
      const prime = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

      await expectRefused(on(farm.subject, entry.enrol(0, { x, y: off })), "NotOnCurve");
      await expectRefused(on(farm.subject, entry.enrol(0, { x: hex(u(32, 0)), y: hex(u(32, 0)) })), "NotOnCurve");
      await expectRefused(on(farm.subject, entry.enrol(0, { x: hex(u(32, prime)), y })), "NotOnCurve");
      await expectRefused(on(farm.subject, entry.enrol(2, { x, y })), "FlagsUnknown", 2n);
    });

    it("is refused when it expels a key of nobody, of another organisation, or one that has ended", async () => {
      const ended = await farm.enrol();
      await farm.write(farm.subject, entry.expel(ended.recorder));
      const until = BigInt(await world.ethers.provider.getBlockNumber());

      await expectRefused(
        on(farm.subject, entry.expel(stranger.phone.recorder)),
        "RecorderUnknown",
        stranger.phone.recorder,
      );
      await expectRefused(
        on(farm.subject, entry.expel(new Phone(world.home, ended.key).recorder)),
        "RecorderEnded",
        ended.recorder,
        until,
      );
    });

    it("is refused for a unit, loss, level or step that the tables do not name", async () => {
      await expectRefused(making([entry.product({ unit: 0 })]).batch, "UnitUnknown", 0n);
      await expectRefused(making([entry.product({ unit: 5 })]).batch, "UnitUnknown", 5n);
      await expectRefused(making([entry.product({ loss: 1001 })]).batch, "LossTooLarge", 1001n);
      await expectRefused(making([entry.plot({ level: 4 })]).batch, "LevelUnknown", 4n);
      await expectRefused(making([entry.site({ level: 4 })]).batch, "LevelUnknown", 4n);
      for (const step of [0, 5]) {
        const batch = making([entry.transform([[lot, 1n]], [[product, 1n]], { step })]).batch;
        await expectRefused(batch, "StepUnknown", BigInt(step));
      }
    });

    it("is refused for an amount of zero", async () => {
      for (const one of [
        entry.plot({ area: 0n }),
        entry.origin({ product, amount: 0n }),
        entry.plant({ plot, product, area: 0n, cap: 1n }),
        entry.harvest([[planting, 0n]]),
        entry.transform([[lot, 0n]], [[product, 1n]]),
        entry.transform([[lot, 1n]], [[product, 0n]]),
        entry.label({ lot, count: 0n }),
      ]) {
        await expectRefused(making([one]).batch, "AmountZero");
      }
    });

    it("is refused when a sum has no room in 40 bits", async () => {
      const land = await farm.plot(MAX_U40);
      const half = MAX_U40 / 2n;
      const plant = (area: bigint): Promise<Hex> => farm.make(entry.plant({ plot: land, product, area, cap: MAX_U40 }));
      const fields = [await plant(half), await plant(half)].sort();
      const harvest = entry.harvest(fields.map((id) => [id, MAX_U40] as const));
      const lots = [
        await farm.make(entry.origin({ product, amount: MAX_U40 })),
        await farm.make(entry.origin({ product, amount: MAX_U40 })),
      ].sort();
      const waste = entry.transform(
        lots.map((id) => [id, MAX_U40] as const),
        [[product, 1n]],
      );

      await expectRefused(making([harvest]).batch, "AmountTooLarge", 2n * MAX_U40);
      await expectRefused(making([waste]).batch, "AmountTooLarge", 2n * MAX_U40 - 1n);
    });

    it("is refused when the administrative code of a site has more than twelve digits", async () => {
      await farm.make(entry.site({ number: 10n ** 12n - 1n }));

      await expectRefused(making([entry.site({ number: 10n ** 12n })]).batch, "AmountTooLarge", 10n ** 12n);
    });

    it("is refused when its inputs do not ascend, so that none is named twice", async () => {
      const pair = [lot, await farm.lot(product)].sort() as [Hex, Hex];
      const fields = [planting, await farm.planting(product)].sort() as [Hex, Hex];

      for (const one of [
        entry.transform(
          [pair[1], pair[0]].map((id) => [id, 1n] as const),
          [[product, 1n]],
        ),
        entry.transform(
          [pair[0], pair[0]].map((id) => [id, 1n] as const),
          [[product, 1n]],
        ),
        entry.harvest([fields[1], fields[0]].map((id) => [id, 1n] as const)),
        entry.harvest([fields[0], fields[0]].map((id) => [id, 1n] as const)),
      ]) {
        const last = hex(one.args.subarray(-5 - 32 - (one.kind === 57 ? 38 : 0)).subarray(0, 32));
        await expectRefused(making([one]).batch, "NotAscending", last);
      }
    });

    it("is refused when it names the subject that it makes", async () => {
      const own = (one: (id: Hex) => Group["entries"][number]): readonly [Signed, Hex] => {
        const nonce = phone.take();
        const id = phone.newId(nonce);
        return [phone.batch([{ subject: id, entries: [one(id)] }], { nonce }), id];
      };
      for (const [batch, id] of [
        own((id) => entry.plant({ plot: id, product, area: 1n, cap: 1n })),
        own((id) => entry.harvest([[id, 1n]])),
        own((id) => entry.transform([[id, 1n]], [[product, 1n]])),
        own((id) => entry.label({ lot: id, count: 1n })),
      ]) {
        await expectRefused(batch, "TouchesItself", id);
      }
    });

    it("is refused for no input or output, and for more than 200 and 32", async () => {
      const many = (n: number): (readonly [Hex, bigint])[] =>
        Array.from({ length: n }, (_, i) => [hex(u(32, i + 1)), 1n]);

      await expectRefused(making([entry.harvest([])]).batch, "CountOutOfRange", 0n);
      await expectRefused(making([entry.harvest(many(201))]).batch, "CountOutOfRange", 201n);
      await expectRefused(making([entry.transform([], [[product, 1n]])]).batch, "CountOutOfRange", 0n);
      await expectRefused(making([entry.transform(many(201), [[product, 1n]])]).batch, "CountOutOfRange", 201n);
      await expectRefused(making([entry.transform([[lot, 1n]], [])]).batch, "CountOutOfRange", 0n);
      await expectRefused(making([entry.transform([[lot, 1n]], many(33))]).batch, "CountOutOfRange", 33n);
    });

    it("is refused when its further outputs have no index left", async () => {
      const nonce = phone.take();
      const outs = [
        [product, 1n],
        [product, 1n],
      ] as const;
      const subject = phone.newId(nonce, 0xffff);
      const batch = phone.batch([{ subject, entries: [entry.transform([[lot, 2n]], outs, { index: 0xffff })] }], {
        nonce,
      });

      await expectRefused(batch, "CountOutOfRange", 0x10000n);
    });

    it("is refused when a harvest mixes products, or a transformation units", async () => {
      const pairs = [planting, await farm.planting(loose)].sort().map((id) => [id, 1n] as const);
      const lots = [lot, piecesLot].sort().map((id) => [id, 1n] as const);

      await expectRefused(making([entry.harvest(pairs)]).batch, "ProductsDiffer", pairs[1]?.[0]);
      await expectRefused(making([entry.transform(lots, [[product, 1n]])]).batch, "UnitsDiffer", lots[1]?.[0]);
      await expectRefused(making([entry.transform([[lot, 1n]], [[pieces, 1n]])]).batch, "UnitsDiffer", pieces);
    });

    it("is refused beyond what a plot has free, and says how much that is", async () => {
      await farm.make(entry.plant({ plot, product, area: 2000n, cap: 1n }));

      const batch = making([entry.plant({ plot, product, area: 3001n, cap: 1n })]).batch;

      await expectRefused(batch, "NotEnoughArea", plot, 3000n, 3001n);
    });

    it("is refused beyond area × cap of a planting, and says how much that is", async () => {
      await farm.make(entry.harvest([[planting, 150_000n]]));

      await expectRefused(
        making([entry.harvest([[planting, 50_001n]])]).batch,
        "OverCap",
        planting,
        200_000n,
        200_001n,
      );
      await farm.make(entry.harvest([[planting, 50_000n]]));
    });

    it("is refused beyond what a lot has left, and says how much that is", async () => {
      await expectRefused(
        making([entry.transform([[lot, 1001n]], [[product, 1n]])]).batch,
        "NotEnoughLeft",
        lot,
        1000n,
        1001n,
      );
      await expectRefused(making([entry.label({ lot, count: 5n })]).batch, "NotEnoughLeft", lot, 1000n, 1250n);
      await expectRefused(
        making([entry.label({ lot, count: MAX_U40 })]).batch,
        "NotEnoughLeft",
        lot,
        1000n,
        MAX_U40 * 250n,
      );
    });

    it("is refused when more comes out than went in", async () => {
      const batch = making([
        entry.transform(
          [[lot, 10n]],
          [
            [product, 6n],
            [loose, 5n],
          ],
        ),
      ]).batch;

      await expectRefused(batch, "MoreOutThanIn", 10n, 11n);
    });

    it("is refused when it labels a product sold loose", async () => {
      const looseLot = await farm.make(entry.origin({ product: loose, amount: 100n }));

      await expectRefused(making([entry.label({ lot: looseLot, count: 1n })]).batch, "NoNetContent", loose);
    });
  });

  // In a suite of its own, for mocha runs a suite's own sentences before those of the suites inside it.
  describe("in any way that docs/ledger.md §9 names", () => {
    it("was refused by that name in the sentences above, or in those of a file that looks at it alone", () => {
      const known: string[] = [];
      world.ledger.interface.forEachError(({ name }) => known.push(name));

      const elsewhere = [
        OF_A_CALL,
        OF_THIRD,
        OF_CORRECT,
        OF_HANDOVER,
        OF_DISCARD,
        OF_CERTIFY,
        OF_VOID,
        OF_STATUS,
      ].flat();
      expect([...refusals.seen].sort()).to.deep.equal(known.filter((name) => !elsewhere.includes(name)).sort());
      expect(elsewhere.filter((name) => !known.includes(name))).to.deep.equal([]);
    });
  });
});
