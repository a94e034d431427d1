// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The slot of a subject after its word (docs/ledger.md §7). Solidity packs a struct from the low end of the slot, so each
// struct is its own drawing: a field's number is the bit at which it starts. All begin with the same head, so that the
// holder of any subject is read without knowing what it is.

/// @dev The head alone.
struct Subject {
    uint24 holder; //   0  number of the organisation; 0: there is no such subject
    uint8 sort; //      24  number of the kind that made it; 0: an organisation
    uint8 status; //    32  kept for RECALL and other states to come
    uint8 unit; //      40  1 KGM, 2 MTK, 3 H87, 4 LTR; 0: has no amounts
}

struct Organisation {
    uint24 holder; //   0  itself
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint32 roles; //    48  bits, see Kinds.sol
    uint8 state; //     80  1 active, 2 stopped
    uint64 untilBlock; // 88  writes while block <= untilBlock
}

struct Product {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 number; //   48  running number, by which other slots name it
    uint40 net; //      72  content of one piece in thousandths; 0: sold loose
    uint16 loss; //     112  usual loss, thousandths of the input
}

struct Member {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint40 number; //   48
}

struct Plot {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint8 level; //     48  0 field, 1 village, 2 township, 3 county
    uint40 area; //     56  thousandths of a square metre
    uint40 free; //     96  what no planting holds
}

struct Planting {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 product; //  48
    uint40 area; //     72
    uint40 made; //     112  harvested so far
    uint40 cap; //      152  thousandths of the unit per hectare
}

struct Lot {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 other; //    48  kept for consignments: to whom it is offered
    uint24 product; //  72
    uint40 made; //     96
    uint40 left; //     136  loose, neither used nor packed
    uint40 packed; //   176
    uint40 room; //     216  what went in and did not come out: up to so much a correction may add
}

struct LabelRun {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint40 count; //    48  labels issued
    uint40 valid; //    88  of these not voided
    uint40 net; //      128  content of one piece
}

/// @dev Its holder is its issuer. `product`, `volume` and `left` stay zero until certificates keep books.
struct Certificate {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 beneficiary; // 48  the organisation that it speaks for
    uint24 product; //  72
    uint40 volume; //   96
    uint40 left; //     136
    uint40 from; //     176  in force while from <= time < until, in seconds
    uint40 until; //    216
}

/// @dev Two slots of their own; the second stays zero until there are certificates.
struct LabelSource {
    bytes32 lot;
    bytes32 certificate;
}

/// @dev What a consumer took from one of its inputs.
struct Link {
    uint40 amount; //   0
    uint8 fromRoom; //  40  1: from what a planting may still bear; 0: from what was left of a lot or free of a plot
}

/// @dev One slot, then the key.
struct Recorder {
    uint24 organisation; // 0  for ever
    uint8 flags; //     24  bit 0: manager
    uint64 untilBlock; // 32  writes while block <= untilBlock
    bytes32 x;
    bytes32 y;
}

/// @dev `flags` of a manager's key, and `untilBlock` of a key or organisation that nobody ended.
uint8 constant FLAG_MANAGER = 1;
uint64 constant FOR_EVER = type(uint64).max;
/// @dev `state` of an organisation.
uint8 constant STATE_ACTIVE = 1;
uint8 constant STATE_STOPPED = 2;
