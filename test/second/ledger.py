"""A second reading of docs/ledger.md, by the page alone: names, trees, batches, signatures, fold and serials.

Plain Python 3, nothing to install:  python3 test/second/ledger.py
Runs the vectors of docs/ledger/*.json and ends with one line; any case that differs is named and the exit code is 1.
"""
import json
import sys
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "ledger"
MAKING = {8, 9, 16, 17, 24, 25, 56, 57, 64, 72, 73, 88}
CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def un(text):
    return bytes.fromhex(text[2:])


def digest(*parts):
    return sha256(b"".join(parts)).digest()


def u(value, width):
    return int(value).to_bytes(width, "big")


def num(data):
    return int.from_bytes(data, "big")


# §3 Names
def subject_id(recorder, nonce, index):
    return digest(recorder, u(nonce, 8), u(index, 2))


# §4 Trees: RFC 6962 §2.1, as its text recurses
def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return digest(b"\x01", root_of(leaves[:half]), root_of(leaves[half:]))


def path_of(leaves, index):
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return path_of(leaves[:half], index) + [root_of(leaves[half:])]
    return path_of(leaves[half:], index - half) + [root_of(leaves[:half])]


def follows(leaf, index, size, path, root):
    """RFC 9162 §2.1.3.2."""
    if index >= size or any(len(node) != 32 for node in path):
        return False
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = digest(b"\x01", step, node)
            while not place & 1 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            node = digest(b"\x01", node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


# §4 Batches
class Refused(Exception):
    pass


def take(data, start, length):
    if start + length > len(data):
        raise Refused("malformed-batch")
    return data[start : start + length]


def read_batch(data):
    """Header fields, groups as (subject, whole bytes, [(kind, args)]), signature."""
    if len(data) < 89 + 36 + 40 + 64:
        raise Refused("malformed-batch")
    if data[0] != 1:
        raise Refused("wrong-version")
    header, body, signature = data[:89], data[89:-64], data[-64:]
    groups, at = [], 0
    while at < len(body):
        length = num(take(body, at + 32, 4))
        inner = take(body, at + 36, length)
        entries, place = [], 0
        while place < length:
            args = take(inner, place + 40, num(take(inner, place + 38, 2)))
            entries.append((inner[place], args))
            place += 40 + len(args)
        if not entries:
            raise Refused("malformed-batch")
        groups.append((body[at : at + 32], body[at : at + 36 + length], entries))
        at += 36 + length
    return header, groups, signature


def leaves_of(groups):
    return [digest(b"\x00", whole) for _, whole, _ in groups]


# §5 Fold
def shares(args, start, count):
    return [args[start + 37 * n : start + 37 * n + 32] for n in range(count)]


# Where the ids that a kind touches begin in its args; one that is all zero is none.
TOUCHED_AT = {25: (2,), 58: (6,), 64: (2,), 66: (0,), 67: (0,), 73: (2,), 88: (2, 34), 89: (1, 33), 96: (2,), 98: (0,), 104: (15,)}


def touched(kind, args):
    if kind == 56:
        return shares(args, 3, args[2])
    if kind == 57:
        return shares(args, 4, args[3])
    ids = [args[at : at + 32] for at in TOUCHED_AT.get(kind, ())]
    return [one for one in ids if any(one)]


def fold(header, groups, organisation, recorded_at, words):
    """Changes `words`; gives every move as (subject, seq, group, entry or None, word)."""
    chain, ledger, recorder, nonce = header[1:9], header[9:29], header[29:49], num(header[49:57])
    stamp = recorder + u(organisation, 4) + u(recorded_at, 8)
    leaves, moves = leaves_of(groups), []
    batch = digest(header, root_of(leaves))

    def move(subject, group, entry):
        word = words[subject]
        place = u(group, 2) + u(0xFFFF if entry is None else entry, 2)
        seq = num(word[28:]) + 1
        words[subject] = digest(word, batch, stamp, leaves[group], place)[:28] + u(seq, 4)
        moves.append((subject, seq, group, entry, words[subject]))

    def bear(subject, inputs):
        parts = [part for one in inputs for part in (one, words[one])]
        born = digest(subject, *parts) if inputs else digest(b"furrow/1", chain, ledger, subject)
        words[subject] = born[:28] + u(0, 4)

    for number, (subject, _, entries) in enumerate(groups):
        for place, (kind, args) in enumerate(entries):
            inputs = touched(kind, args)
            for one in inputs:
                move(one, number, place)
            if kind not in MAKING:
                continue
            assert subject == subject_id(recorder, nonce, num(args[:2]))
            bear(subject, inputs)
            further = args[4 + 37 * args[3]] - 1 if kind == 57 else 0
            for k in range(1, further + 1):
                other = subject_id(recorder, nonce, num(args[:2]) + k)
                bear(other, inputs)
                move(other, number, place)
        move(subject, number, None)
    return batch, moves


# §4 Signatures: ECDSA on P-256 (FIPS 186-5 §6.4.2), and s at most n/2
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * (a[0] ** 2 - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope**2 - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def verifies(key, message, signature):
    x, y = key
    r, s = num(signature[:32]), num(signature[32:])
    if (y * y - x**3 + 3 * x - B) % P or not 0 < r < N or not 0 < s <= N // 2:
        return False
    back = pow(s, -1, N)
    point = add(times(num(digest(message)) * back % N, G), times(r * back % N, key))
    return point is not None and point[0] % N == r


# §12 Serials
def read_serial(text):
    plain = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("ILO", "110"))
    if len(plain) != 14 or any(one not in CHARACTERS for one in plain):
        raise Refused("serial-malformed")
    total = 0
    for place, one in enumerate(reversed(plain)):
        value = CHARACTERS.index(one) * (1 + place % 2)
        total += value // 32 + value % 32
    if total % 32:
        raise Refused("serial-wrong-check")
    return plain


def cases(name):
    return json.loads((FOLDER / name).read_text("utf-8"))["cases"]


def check():
    """Yields (case, whether it agrees)."""
    for case in cases("subject.json"):
        said = case["in"]
        if "recorder" in said:
            yield case, subject_id(un(said["recorder"]), said["nonce"], said["index"]) == un(case["bytes"])
        elif "x" in said:
            yield case, digest(un(said["x"]), un(said["y"]))[:20] == un(case["bytes"])
        elif "organisation" in said:
            yield case, u(said["organisation"], 32) == un(case["bytes"])
        else:
            yield case, not 0 < num(un(said["organisationId"])) < 2**24

    for case in cases("merkle.json"):
        said = case["in"]
        if "problem" in case:
            path = [un(node) for node in said["path"]]
            proof = (un(said["leaf"]), said["index"], said["size"], path, un(said["root"]))
            yield case, not follows(*proof)
            continue
        leaves = [digest(b"\x00", un(one)) for one in said["inputs"]]
        paths = [[un(node) for node in path] for path in case["paths"]]
        root = un(case["bytes"])
        agree = root_of(leaves) == root and [path_of(leaves, n) for n in range(len(leaves))] == paths
        yield case, agree and all(follows(leaves[n], n, len(leaves), paths[n], root) for n in range(len(leaves)))

    picker = json.loads((FOLDER / "batch.json").read_text("utf-8"))["keys"]["picker"]
    key = num(un(picker["x"])), num(un(picker["y"]))
    for case in cases("batch.json"):
        if case.get("problem") not in (None, "signature-wrong", "malformed-batch", "wrong-version"):
            continue  # what single kinds refuse is left to TypeScript and Solidity
        try:
            header, groups, signature = read_batch(un(case.get("bytes", case["in"])))
        except Refused as refused:
            yield case, case.get("problem") == str(refused)
            continue
        root = root_of(leaves_of(groups))
        valid = verifies(key, header + root, signature)
        if "problem" in case:
            yield case, case["problem"] == "signature-wrong" and not valid
        else:
            same = [un(leaf) for leaf in case["leaves"]] == leaves_of(groups) and root == un(case["root"])
            yield case, valid and same and digest(header, root) == un(case["batch"])

    season = json.loads((FOLDER / "sequence.json").read_text("utf-8"))
    words = {un(subject): un(word) for subject, word in season["words"].items()}
    for case in season["cases"]:
        if "problem" in case:
            continue  # needs the ledger's books
        said = case["in"]
        by = season["keys"][said["by"]]
        header, groups, signature = read_batch(un(case["bytes"]))
        valid = verifies((num(un(by["x"])), num(un(by["y"]))), header + root_of(leaves_of(groups)), signature)
        batch, moves = fold(header, groups, said["organisation"], said["recordedAtS"], words)
        fields = ("subject", "seq", "group", "entry", "word")
        told = [tuple(un(m[f]) if f in ("subject", "word") else m[f] for f in fields) for m in case["moves"]]
        yield case, valid and batch == un(case["batch"]) and moves == told

    for case in cases("serial.json"):
        said = case["in"]
        if isinstance(said, str):
            try:
                serial = read_serial(said)
            except Refused as refused:
                yield case, case.get("problem") == str(refused)
                continue
            yield case, serial == case.get("serial") and digest(b"\x00", serial.encode()) == un(case["bytes"])
        elif "serials" in said:
            yield case, root_of([digest(b"\x00", one.encode()) for one in said["serials"]]) == un(case["bytes"])


if __name__ == "__main__":
    results = [(case["name"], agrees) for case, agrees in check()]
    for name, agrees in results:
        if not agrees:
            print(f"differs: {name}")
    differing = sum(not agrees for _, agrees in results)
    print(f"second reading: {len(results) - differing} of {len(results)} cases agree")
    sys.exit(1 if differing else 0)
