#!/usr/bin/env python3
"""Checks a log that `wary journal log` wrote, knowing nothing of how: only the public formats (C2SP tlog-tiles,
tlog-checkpoint, signed-note; RFC 6962 hashing, RFC 9162 proofs). Needs Python's standard library and the openssl command.

Usage: verify_log.py DIR VERIFIER-KEY [EARLIER-CHECKPOINT...]

- the checkpoint's Ed25519 signature, by the key given;
- the root, from the leaves in the tiles; each tile above them; each entry's leaf;
- an inclusion proof for each record held, taken from the tiles, checked by RFC 9162, 2.1.3.2;
- for each earlier checkpoint its signature and a consistency proof, checked by RFC 9162, 2.1.4.2.
Exit 0 and a summary where all holds; else says what does not."""
import base64, hashlib, os, subprocess, sys, tempfile

WIDTH = 256


def sha(data): return hashlib.sha256(data).digest()
def leaf_hash(entry): return sha(b"\0" + entry)
def node_hash(left, right): return sha(b"\1" + left + right)


def fail(text):
    print("FAILED:", text)
    sys.exit(1)


def tile_path(level, index, width):
    digits = []
    rest = index
    while True:
        digits.insert(0, "%03d" % (rest % 1000))
        rest //= 1000
        if rest == 0:
            break
    name = "/".join(["x" + part for part in digits[:-1]] + [digits[-1]])
    return "tile/%s/%s%s" % (level, name, "" if width == WIDTH else ".p/%d" % width)


class Log:
    def __init__(self, folder, size):
        self.folder, self.size, self.cache = folder, size, {}

    def file(self, path):
        try:
            with open(os.path.join(self.folder, path), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def tile(self, level, index):
        if (level, index) not in self.cache:
            count = self.size >> (8 * level)
            width = min(WIDTH, count - index * WIDTH)
            data = self.file(tile_path(level, index, width))
            if data is None or len(data) != 32 * width:
                fail("%s is missing or has the wrong length" % tile_path(level, index, width))
            self.cache[level, index] = [data[32 * i:32 * i + 32] for i in range(width)]
        return self.cache[level, index]

    def complete(self, height, index):
        """The root of the complete subtree of 2^height leaves at this place, from the tile that has it or what is below."""
        level, above = divmod(height, 8)
        first = index << above
        hashes = self.tile(level, first // WIDTH)[first % WIDTH:first % WIDTH + (1 << above)]
        while len(hashes) > 1:
            hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]

    def root(self, first, count):
        """MTH over leaves first ..< first + count, where first is a multiple of a power of two ≥ count."""
        if count == 0:
            return sha(b"")
        if count & (count - 1) == 0:
            return self.complete(count.bit_length() - 1, first // count)
        split = 1 << ((count - 1).bit_length() - 1)
        return node_hash(self.root(first, split), self.root(first + split, count - split))

    def inclusion(self, index, first, count):
        if count == 1:
            return []
        split = 1 << ((count - 1).bit_length() - 1)
        if index < split:
            return self.inclusion(index, first, split) + [self.root(first + split, count - split)]
        return self.inclusion(index - split, first + split, count - split) + [self.root(first, split)]

    def consistency(self, old, first, count, is_whole=True):
        if old == count:
            return [] if is_whole else [self.root(first, count)]
        split = 1 << ((count - 1).bit_length() - 1)
        if old <= split:
            return self.consistency(old, first, split, is_whole) + [self.root(first + split, count - split)]
        return self.consistency(old - split, first + split, count - split, False) + [self.root(first, split)]


def check_inclusion(index, size, leaf, proof, root):
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def check_consistency(first, second, proof, first_root, second_root):
    if first == second:
        return not proof and first_root == second_root
    if first & (first - 1) == 0:
        proof = [first_root] + proof
    if not proof:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr = node_hash(c, fr)
            sr = node_hash(c, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return fr == first_root and sr == second_root and sn == 0


def verified(public, signature, message):
    # RFC 8410: an Ed25519 key in DER is twelve fixed bytes and the key.
    der = bytes.fromhex("302a300506032b6570032100") + public
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: os.path.join(folder, name) for name in ("key", "signature", "message")}
        for name, data in (("key", der), ("signature", signature), ("message", message)):
            with open(paths[name], "wb") as file:
                file.write(data)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths["key"],
                               "-sigfile", paths["signature"], "-in", paths["message"]], capture_output=True)
        return done.returncode == 0


def read_checkpoint(text, verifier, name):
    origin, key_id, key = verifier.split("+", 2)
    key = base64.b64decode(key)
    if key[0] != 1:
        fail("the verifier key is not for Ed25519")
    if sha(origin.encode() + b"\n" + key)[:4].hex() != key_id:
        fail("the verifier key's id is not its own")
    body, _, signatures = text.partition("\n\n")
    body += "\n"
    for line in signatures.splitlines():
        dash, signer, data = line.split(" ")
        data = base64.b64decode(data)
        if dash == "—" and signer == origin and data[:4].hex() == key_id:
            if not verified(key[1:], data[4:], body.encode()):
                fail("the signature of %s does not hold" % name)
            break
    else:
        fail("%s is not signed by this key" % name)
    lines = body.split("\n")
    if lines[0] != origin:
        fail("%s is of the log %s" % (name, lines[0]))
    return int(lines[1]), base64.b64decode(lines[2])


def main():
    folder, verifier, earlier = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
        size, root = read_checkpoint(file.read(), verifier, "the checkpoint")
    log = Log(folder, size)
    leaves = [hash for index in range((size + WIDTH - 1) // WIDTH) for hash in log.tile(0, index)]
    level, hashes = 0, leaves
    while hashes:
        for index, hash in enumerate(hashes):
            if log.tile(level, index // WIDTH)[index % WIDTH] != hash:
                fail("%s does not follow from what is below" % tile_path(level, index // WIDTH, WIDTH))
        full = [hashes[i:i + WIDTH] for i in range(0, len(hashes) - len(hashes) % WIDTH, WIDTH)]
        above = []
        for tile in full:
            while len(tile) > 1:
                tile = [node_hash(tile[i], tile[i + 1]) for i in range(0, len(tile), 2)]
            above.append(tile[0])
        level, hashes = level + 1, above
    if log.root(0, size) != root:
        fail("the root of the tiles is not the checkpoint's")
    held = 0
    for index in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - index * WIDTH)
        bundle = log.file(tile_path("entries", index, width))
        if bundle is None:
            continue
        place = 0
        for number in range(index * WIDTH, index * WIDTH + width):
            length = int.from_bytes(bundle[place:place + 2], "big")
            entry = bundle[place + 2:place + 2 + length]
            place += 2 + length
            if int.from_bytes(entry[:8], "big") != number + 1:
                fail("entry %d says it is record %d" % (number, int.from_bytes(entry[:8], "big")))
            if not check_inclusion(number, size, leaf_hash(entry), log.inclusion(number, 0, size), root):
                fail("record %d is not in the log" % (number + 1))
            held += 1
        if place != len(bundle):
            fail("%s is too long" % tile_path("entries", index, width))
    for path in earlier:
        with open(path, encoding="utf-8") as file:
            old_size, old_root = read_checkpoint(file.read(), verifier, path)
        if old_size > size:
            fail("%s is over %d records, the log has %d" % (path, old_size, size))
        if not check_consistency(old_size, size, log.consistency(old_size, 0, size), old_root, root):
            fail("the log does not contain what %s was signed for" % path)
    print("%d records, %d of them held and included, %d earlier checkpoints contained" % (size, held, len(earlier)))


main()
